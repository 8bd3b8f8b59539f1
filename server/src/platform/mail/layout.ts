import type { MailContent } from "./mail.ts";

/** What a mail says, without its form. */
export interface MailMessage {
  subject: string;
  /** Paragraphs before the action. */
  opening: string[];
  /** The one thing to do, if there is one. */
  action?: { label: string; url: string };
  /** A secret to be copied where the link cannot be opened. */
  code?: { label: string; value: string };
  /** Paragraphs after it. */
  closing: string[];
}

/** The text and the HTML of one message: the same words, without pictures or anything fetched from elsewhere. */
export function layOut({ subject, opening, action, code, closing }: MailMessage): MailContent {
  const text = [
    ...opening,
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    ...(code === undefined ? [] : [`${code.label}:\n${code.value}`]),
    ...closing,
  ].join("\n\n");
  const paragraph = (line: string) => `<p style="margin:0 0 16px">${escaped(line)}</p>`;
  const html = [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">`,
    `<meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>`,
    `<body style="margin:0;padding:32px 16px;font:16px/24px system-ui,-apple-system,'Segoe UI',sans-serif">`,
    `<div style="max-width:560px;margin:0 auto">`,
    `<h1 style="font-size:20px;line-height:28px;margin:0 0 16px">${escaped(subject)}</h1>`,
    ...opening.map(paragraph),
    ...(action === undefined ? [] : [button(action.label, action.url)]),
    ...(code === undefined ? [] : [paragraph(`${code.label}:`), codeBlock(code.value)]),
    ...closing.map(paragraph),
    "</div></body></html>",
  ].join("\n");
  return { subject, text: `${text}\n`, html };
}

function button(label: string, url: string): string {
  return [
    `<p style="margin:0 0 24px"><a href="${escaped(url)}" style="display:inline-block;padding:10px 20px;`,
    `border-radius:6px;background:#1f5eff;color:#ffffff;text-decoration:none">`,
    `${escaped(label)}</a></p>`,
  ].join("\n");
}

function codeBlock(value: string): string {
  return `<p style="margin:0 0 16px;font-family:ui-monospace,monospace;word-break:break-all">${escaped(value)}</p>`;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
