import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { simpleDateFormat } from "../../../client/cli/simple_date_format.ts";

/** A local time. */
const at = (...fields: [number, number, number, number, number, number, number]) =>
  new Date(...fields).getTime();

Deno.test("a pattern's letters are what Java prints for them", () => {
  const time = at(2026, 10, 23, 8, 5, 3, 959);
  const cases: readonly (readonly [string, string])[] = [
    ["yyyy-MM-dd HH:mm:ss:SSS", "2026-11-23 08:05:03:959"],
    [
      "G yy yyy M MMM MMMM d dd E EEEE D F w W u a",
      "AD 26 2026 11 Nov November 23 23 Mon Monday 327 4 48 4 1 AM",
    ],
    ["H k K h m s SSS", "8 8 8 8 5 3 959"],
    ["L LLL Y '' 'o''clock'", "11 Nov 2026 ' o'clock"],
    ["yyyyy S SSSSS", "02026 959 00959"],
    ["", ""],
  ];
  for (const [pattern, text] of cases) assertEquals(simpleDateFormat(pattern)(time), text, pattern);
});

Deno.test("midnight, noon, and the turn of a year", () => {
  assertEquals(simpleDateFormat("H k K h a")(at(2025, 0, 5, 0, 0, 0, 0)), "0 24 0 12 AM");
  assertEquals(simpleDateFormat("H k K h a")(at(2025, 0, 5, 12, 0, 0, 0)), "12 12 0 12 PM");
  assertEquals(simpleDateFormat("Y w W D u")(at(2026, 11, 31, 0, 0, 0, 0)), "2027 1 5 365 4");
  assertEquals(simpleDateFormat("Y w W D u")(at(2027, 0, 3, 0, 0, 0, 0)), "2027 2 2 3 7");
});

Deno.test("zones have names and offsets", () => {
  const time = at(2026, 10, 23, 8, 5, 3, 959);
  const minutes = -new Date(time).getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0");
  const rest = String(Math.abs(minutes) % 60).padStart(2, "0");
  assertEquals(simpleDateFormat("Z")(time), `${sign}${hours}${rest}`);
  assertEquals(
    simpleDateFormat("X XX XXX")(time),
    minutes === 0 ? "Z Z Z" : `${sign}${hours} ${sign}${hours}${rest} ${sign}${hours}:${rest}`,
  );
  if (minutes === 0) {
    assertEquals(simpleDateFormat("z, zzzz")(time), "UTC, Coordinated Universal Time");
  }
});

Deno.test("what is no pattern is told as Java tells it", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["yyyy 'x' Q", "Illegal pattern character 'Q'"],
    ["'yyyy", "Unterminated quote"],
    ["'", "Unterminated quote"],
    ["yyyy '''", "Unterminated quote"],
    ["XXXX", "invalid ISO 8601 format: length=4"],
  ];
  for (const [pattern, message] of cases) {
    assertThrows(() => simpleDateFormat(pattern), JavaException, message);
  }
});
