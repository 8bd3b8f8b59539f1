/** Characters of a message, counted as Unicode code points; the server refuses more. */
export const textAtMost = 10_000;
