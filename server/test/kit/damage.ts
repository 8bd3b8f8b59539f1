/** A small generator with a known start, so that a failure can be seen again. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A JSON text after one to three edits: a cut, a repeated stretch, another character, or another value. */
export function damage(text: string, random: (below: number) => number): string {
  const values = [
    "null",
    "[]",
    "{}",
    "-1",
    "1e999",
    "true",
    '""',
    '"\\u0000"',
    '"\\ud800"',
    '"💥"',
    "[[[[]]]]",
  ];
  const characters = '{}[]",:\\0\u0000\u00e9e-/*';
  let damaged = text;
  for (let edits = random(3) + 1; edits > 0; edits--) {
    const at = random(damaged.length + 1);
    const length = random(12);
    const kind = random(4);
    if (kind === 0) damaged = damaged.slice(0, at) + damaged.slice(at + length);
    if (kind === 1) damaged = damaged.slice(0, at + length) + damaged.slice(at);
    if (kind === 2)
      damaged = damaged.slice(0, at) + characters[random(characters.length)] + damaged.slice(at + 1);
    if (kind === 3) damaged = replaceValue(damaged, values[random(values.length)] ?? "", random);
  }
  return damaged;
}

function replaceValue(text: string, value: string, random: (below: number) => number): string {
  const places = [...text.matchAll(/:("[^"]*"|\d+|true|false|null|\[[^\]]*\]|\{[^}]*\})/g)];
  const place = places[random(places.length)];
  if (place === undefined) return text;
  return `${text.slice(0, place.index)}:${value}${text.slice(place.index + place[0].length)}`;
}
