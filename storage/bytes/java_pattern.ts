/**
 * Regular expressions in Java's syntax.
 *
 * @module
 */

/** Flags in front of a whole pattern; `(?x)` and the like are not among them. */
const FLAGS = /^\(\?([ims]+)\)/;
/** A quotation, which may be left open, or an escaped character. */
const ESCAPES = /\\Q([\s\S]*?)(?:\\E|$)|\\([\s\S])/g;
/** What may be escaped here as it may there. */
const SYNTAX = /[$()*+./?[\\\]^{|}A-Za-z0-9-]/;

/** Java's names for the ends of the text. */
const ANCHORS: Readonly<Record<string, string>> = {
  A: "(?<![^])",
  Z: "(?=\\n?(?![^]))",
  z: "(?![^])",
};

/**
 * Reads a pattern.
 *
 * @returns what finds it in texts
 * @throws {SyntaxError} when it is none
 */
export function javaRegExp(pattern: string): RegExp {
  const flags = FLAGS.exec(pattern);
  const source = translated(pattern.slice(flags?.[0].length ?? 0));
  return new RegExp(source, `u${[...new Set(flags?.[1])].join("")}`);
}

/**
 * Reads a pattern that the whole of a text is to match.
 *
 * @throws {SyntaxError} when it is none
 */
export function wholeRegExp(pattern: string): RegExp {
  // By itself first: in brackets a wrong one may look right.
  const { source, flags } = javaRegExp(pattern);
  return new RegExp(`(?<![^])(?:${source})(?![^])`, flags);
}

/**
 * Reads a pattern.
 *
 * @returns whether the whole of a text matches it
 * @throws {SyntaxError} when it is none
 */
export function javaPattern(pattern: string): (text: string) => boolean {
  const compiled = wholeRegExp(pattern);
  return (text) => compiled.test(text);
}

/** Java lets any character be escaped that is no letter, and quotes. */
function translated(pattern: string): string {
  return pattern.replace(ESCAPES, (whole, quoted: string | undefined, escaped: string) => {
    if (quoted !== undefined) return [...quoted].map(literally).join("");
    // Outside of a class a hyphen has nothing to be escaped from.
    if (escaped === "-") return "\\x2d";
    return ANCHORS[escaped] ?? (SYNTAX.test(escaped) ? whole : escaped);
  });
}

function literally(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
