import { Hash, LifeBuoy, type LucideIcon, UsersRound } from "lucide-react";
import { useState } from "react";
import { classes } from "./classes.ts";

/** Each has 4.5:1 against white letters, in light and dark. */
const colours = [
  "#8a3b12",
  "#9c2f4f",
  "#7b3f98",
  "#5a4bb3",
  "#3459b5",
  "#1f6a94",
  "#14706b",
  "#2b6e3f",
  "#5d6617",
  "#7d5a10",
  "#6b4a3a",
  "#4f5b6b",
] as const;

const sizes = {
  small: { box: "size-6", letters: "text-[10px]", icon: 13 },
  normal: { box: "size-9", letters: "text-[13px]", icon: 18 },
  large: { box: "size-20", letters: "text-[28px]", icon: 36 },
} as const;

const kindIcons = { group: UsersRound, room: Hash, support: LifeBuoy } as const;

interface AvatarProps {
  /** Decides the colour. */
  id: string;
  name: string;
  url: string | null;
  kind?: "person" | "group" | "room" | "support";
  size?: keyof typeof sizes;
  /** Undefined: presence is not shown. */
  online?: boolean | undefined;
}

/** A picture, or initials on a colour that is always the same for the same id. Its name stands beside it, so it has none. */
export function Avatar({ id, name, url, kind = "person", size = "normal", online }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const look = sizes[size];
  const shape = kind === "person" ? "rounded-full" : "rounded-[28%]";
  return (
    <span aria-hidden className={classes("relative inline-flex shrink-0 select-none", look.box)}>
      {url !== null && isOwnOrigin(url) && broken !== url ? (
        <img
          src={url}
          alt=""
          onError={() => setBroken(url)}
          className={classes("size-full object-cover", shape)}
        />
      ) : (
        <span
          style={{ backgroundColor: colourOf(id) }}
          className={classes(
            "flex size-full items-center justify-center font-semibold text-on-accent",
            shape,
            look.letters,
          )}
        >
          {kind === "person" ? initialsOf(name) : <KindIcon icon={kindIcons[kind]} size={look.icon} />}
        </span>
      )}
      {online === true && (
        <span className="presence-dot absolute -end-0.5 -bottom-0.5 size-3 rounded-full border-2 border-surface bg-online" />
      )}
    </span>
  );
}

function KindIcon({ icon: Icon, size }: { icon: LucideIcon; size: number }) {
  return <Icon size={size} strokeWidth={2} />;
}

/** Pictures of elsewhere are not asked for: no request leaves this origin. */
function isOwnOrigin(url: string): boolean {
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

function colourOf(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647;
  return colours[hash % colours.length] ?? colours[0];
}

/** The first letters of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (
    ends
      .map((word) => firstLetter(word ?? ""))
      .join("")
      .toLocaleUpperCase() || "?"
  );
}

function firstLetter(word: string): string {
  return word.match(/[\p{L}\p{N}]/u)?.[0] ?? [...word][0] ?? "";
}
