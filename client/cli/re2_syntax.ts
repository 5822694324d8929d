/**
 * What is wrong with a regular expression in the syntax of RE2, which brokers read subscriptions in.
 *
 * @module
 */

const MISSING_BRACKET = "missing closing ]";
const MISSING_PAREN = "missing closing )";
const INVALID_RANGE = "invalid character class range";
const INVALID_ESCAPE = "invalid escape sequence";
/** What RE2/J says of a parenthesis that closes nothing. */
const UNEXPECTED_PAREN = "regexp/syntax: internal error";

const MOST_REPEATS = 1000;
const LARGEST_CHARACTER = 0x10ffff;
const POSIX_CLASS =
  /\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/y;
const ANY_POSIX_CLASS = /\[:.*?:\]/y;
const CATEGORY = /^(?:C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Any)$/;

class SyntaxProblem extends Error {}

/** Reads a pattern from front to back. */
class Reader {
  readonly #pattern: string;
  readonly #groups = new Set<string>();
  #at = 0;
  #depth = 0;
  /** What stands in front: nothing that can be repeated, something, or a repetition. */
  #before: "nothing" | "item" | "repetition" = "nothing";

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): void {
    while (this.#at < this.#pattern.length) this.#readOne();
    if (this.#depth > 0) throw new SyntaxProblem(MISSING_PAREN);
  }

  /** Takes what a sticky pattern finds here. */
  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#pattern);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #readOne(): void {
    switch (this.#pattern[this.#at]) {
      case "(":
        return this.#open();
      case ")":
        this.#at++;
        if (this.#depth-- === 0) throw new SyntaxProblem(UNEXPECTED_PAREN);
        this.#before = "item";
        return;
      case "|":
        this.#at++;
        this.#before = "nothing";
        return;
      case "*":
      case "+":
      case "?":
        this.#at++;
        return this.#repeat();
      case "{": {
        const count = this.#take(/\{(\d+)(?:(,)(\d*))?\}/y);
        if (count === null) this.#at++;
        else return this.#repeatCounted(count);
        break;
      }
      case "[":
        this.#readClass();
        break;
      case "\\":
        if (this.#take(/\\Q[^]*?(?:\\E|$)/y) === null && this.#take(/\\[AbBz]/y) === null) {
          if (!this.#takeClass()) this.#readCharacter();
        }
        break;
      default:
        this.#take(/[^]/uy);
    }
    this.#before = "item";
  }

  #repeat(): void {
    this.#take(/\?/y);
    if (this.#before === "nothing") {
      throw new SyntaxProblem("missing argument to repetition operator");
    }
    if (this.#before === "repetition") {
      throw new SyntaxProblem("invalid nested repetition operator");
    }
    this.#before = "repetition";
  }

  #repeatCounted([, least, comma, most]: RegExpExecArray): void {
    const [from, to] = [
      Number(least),
      most === "" ? 0 : Number(comma === undefined ? least : most),
    ];
    const isBounded = comma === undefined || most !== "";
    if (from > MOST_REPEATS || to > MOST_REPEATS || (isBounded && from > to)) {
      throw new SyntaxProblem("invalid repeat count");
    }
    this.#repeat();
  }

  #open(): void {
    this.#at++;
    this.#before = "nothing";
    if (this.#take(/\?P?</y) !== null) this.#readName();
    else if (this.#pattern[this.#at] === "?") {
      const flags = this.#take(/\?(?=[imsU-]*[:)])(?:[imsU]*(?:-[imsU]+)?)([:)])/y);
      if (flags === null) throw new SyntaxProblem("invalid or unsupported Perl syntax");
      if (flags[1] === ")") return;
    }
    this.#depth++;
  }

  #readName(): void {
    const name = this.#take(/(\w+)>/y)?.[1];
    if (name === undefined) throw new SyntaxProblem("invalid named capture");
    if (this.#groups.has(name)) throw new SyntaxProblem("duplicate capture group name");
    this.#groups.add(name);
  }

  /** Takes an escape that stands for a class of characters; says whether there was one. */
  #takeClass(): boolean {
    if (this.#take(/\\[dswDSW]/y) !== null) return true;
    if (this.#take(/\\[pP]/y) === null) return false;
    const [, braced, single] = this.#take(/\{\^?([^}]*)\}|([^{])/uy) ?? [];
    if (isUnicodeClass(braced ?? single)) return true;
    throw new SyntaxProblem(INVALID_RANGE);
  }

  /** A character, which may be escaped. */
  #readCharacter(): number {
    const character = this.#take(/[^]/uy);
    if (character === null) throw new SyntaxProblem(MISSING_BRACKET);
    if (character[0] !== "\\") return character[0].codePointAt(0)!;
    if (this.#at === this.#pattern.length) {
      throw new SyntaxProblem("trailing backslash at end of expression");
    }
    const octal = this.#take(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
    if (octal !== null) return parseInt(octal[0], 8);
    const hex = this.#take(/x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y);
    if (hex !== null) {
      const code = parseInt(hex[1] ?? hex[2]!, 16);
      if (code <= LARGEST_CHARACTER) return code;
      throw new SyntaxProblem(INVALID_ESCAPE);
    }
    const control = this.#take(/[afnrtv]/y);
    if (control !== null) return CONTROLS[control[0]]!;
    const itself = this.#take(/[^0-9A-Za-z]/uy);
    if (itself === null) throw new SyntaxProblem(INVALID_ESCAPE);
    return itself[0].codePointAt(0)!;
  }

  #readClass(): void {
    this.#take(/\[\^?/y);
    for (let isFirst = true; isFirst || this.#pattern[this.#at] !== "]"; isFirst = false) {
      if (this.#take(POSIX_CLASS) !== null) continue;
      if (this.#take(ANY_POSIX_CLASS) !== null) throw new SyntaxProblem(INVALID_RANGE);
      if (this.#takeClass()) continue;
      const low = this.#readCharacter();
      if (this.#take(/-(?!\])/y) === null) continue;
      if (this.#readCharacter() < low) throw new SyntaxProblem(INVALID_RANGE);
    }
    this.#at++;
  }
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Whether a category or a script of Unicode has this name. */
function isUnicodeClass(name: string | undefined): boolean {
  if (name === undefined) return false;
  if (CATEGORY.test(name)) return true;
  try {
    return new RegExp(`\\p{Script=${name}}`, "u") !== undefined;
  } catch {
    return false;
  }
}

/** What is wrong with a pattern, in RE2's words; `undefined` when nothing is. */
export function re2Problem(pattern: string): string | undefined {
  try {
    new Reader(pattern).read();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}
