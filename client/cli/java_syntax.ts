/**
 * What is wrong with a regular expression, as Java tells it.
 *
 * @module
 */

import { JavaException } from "./java_exception.ts";

/** What a pattern lacks that is open at its end; all else is told in the words of the runtime. */
function javaReason(reason: string, pattern: string): string {
  const { length } = pattern;
  if (reason === "Unterminated group") return `Unclosed group near index ${length}\n${pattern}`;
  if (reason !== "Unterminated character class") return `${reason}\n${pattern}`;
  const marked = `${pattern}\n${" ".repeat(length - 1)}^`;
  return `Unclosed character class near index ${length - 1}\n${marked}`;
}

/**
 * Compiles a pattern.
 *
 * @throws {JavaException} `PatternSyntaxException` when it is none
 */
export function javaSyntax<T>(compile: () => T, pattern: string): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.replace(/^[^]*\/\w*: /, "");
    throw new JavaException(
      "java.util.regex.PatternSyntaxException",
      javaReason(reason, pattern),
    );
  }
}
