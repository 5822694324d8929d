import { assertEquals } from "@std/assert";
import { re2Problem } from "../../../client/cli/re2_syntax.ts";

Deno.test("patterns of RE2 are valid", () => {
  const patterns = [
    String.raw`|orders-.*|[]a][^]b]|[[:alpha:]x-z-]|(?i)a(?i-s:b)(?P<n>c)(?<m>d)`,
    String.raw`\Qa*[(\E*\A\b\B\z\12\x4f\x{10ffff}\p{Greek}\PL\p{^Lu}\n\.\_\é[\d\-\]]`,
    String.raw`a{2,1000}?b*?c+d{,3}e{2^*()\Q[`,
  ];
  for (const pattern of patterns) assertEquals(re2Problem(pattern), undefined, pattern);
});

Deno.test("what is wrong with a pattern is told in the words of RE2", () => {
  const problems: Readonly<Record<string, readonly string[]>> = {
    "missing closing ]": ["[", "[]", "[a-", "[[:al"],
    "missing closing )": ["(a", "(()"],
    "regexp/syntax: internal error": ["a)", "(a))"],
    "missing argument to repetition operator": ["*a", "a|+", "(*)", "{2}"],
    "invalid nested repetition operator": ["a**", "a*+", "a*??", "a{2}{3}"],
    "invalid repeat count": ["a{2,1}", "a{1001}", "a{3,1001}"],
    "invalid character class range": ["[z-a]", "[[:nope:]]", "\\p", "\\p{Nope}", "[\\p{}]"],
    "invalid escape sequence": ["\\1", "\\Z", "\\x4", "\\x{110000}", "[a-\\d]", "[\\q]"],
    "invalid or unsupported Perl syntax": ["(?=a)", "(?!a)", "(?i", "(?z)", "(?-)"],
    "invalid named capture": ["(?P<n-m>a)", "(?P<n", "(?<>a)"],
    "duplicate capture group name": ["(?<n>a)(?P<n>b)"],
    "trailing backslash at end of expression": ["\\", "[\\"],
  };
  for (const [problem, patterns] of Object.entries(problems)) {
    for (const pattern of patterns) assertEquals(re2Problem(pattern), problem, pattern);
  }
});
