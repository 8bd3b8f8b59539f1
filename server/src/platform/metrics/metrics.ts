type Labels = Readonly<Record<string, string>>;

interface Sample {
  /** The family's own, or with `_bucket`, `_sum` or `_count` behind it. */
  name: string;
  labels: Labels;
  value: number;
}

/** One number, or one for each set of labels, as it is at the moment of reading. */
export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: Sample[];
}

type Source = () => Family | Promise<Family>;

/**
 * Numbers for monitoring. What is counted elsewhere anyway is read when somebody asks for it; only what nobody else
 * counts is counted here.
 */
export class Metrics {
  readonly #sources: Source[] = [];

  /** Something that goes up and down, with labels that never change. */
  gauge(name: string, help: string, read: () => number | Promise<number>, labels: Labels = {}): void {
    this.#add("gauge", name, help, read, labels);
  }

  /** Something that only grows while the process lives. Its name ends in `_total`. */
  counter(name: string, help: string, read: () => number): void {
    this.#add("counter", name, help, read, {});
  }

  #add(
    type: Family["type"],
    name: string,
    help: string,
    read: () => number | Promise<number>,
    labels: Labels,
  ): void {
    this.#sources.push(async () => ({ name, help, type, samples: [{ name, labels, value: await read() }] }));
  }

  histogram(histogram: Histogram): void {
    this.#sources.push(() => histogram.read());
  }

  /** In the order in which they were added. */
  read(): Promise<Family[]> {
    return Promise.all(this.#sources.map((source) => source()));
  }
}

interface Series {
  labels: Labels;
  /** For each bound those that fit it and none before; at the end those that fit none. */
  counts: number[];
  sum: number;
}

/** How often values fell between which bounds, by labels. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  /** @param bounds ascending. */
  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
    this.#bounds = bounds;
  }

  /** @param values of the labels, in their order; each must be one of few. */
  observe(value: number, ...values: string[]): void {
    const key = values.join("\n");
    let series = this.#series.get(key);
    if (series === undefined) {
      const labels = Object.fromEntries(this.#labels.map((label, index) => [label, values[index] ?? ""]));
      series = { labels, counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0 };
      this.#series.set(key, series);
    }
    let place = 0;
    while (place < this.#bounds.length && value > (this.#bounds[place] ?? 0)) place++;
    series.counts[place] = (series.counts[place] ?? 0) + 1;
    series.sum += value;
  }

  read(): Family {
    const name = this.#name;
    const samples: Sample[] = [];
    for (const { labels, counts, sum } of this.#series.values()) {
      let count = 0;
      for (const [place, more] of counts.entries()) {
        count += more;
        const le = String(this.#bounds[place] ?? "+Inf");
        samples.push({ name: `${name}_bucket`, labels: { ...labels, le }, value: count });
      }
      samples.push(
        { name: `${name}_sum`, labels, value: sum },
        { name: `${name}_count`, labels, value: count },
      );
    }
    return { name, help: this.#help, type: "histogram", samples };
  }
}
