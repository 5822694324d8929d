import { assertEquals, assertThrows } from "@std/assert";
import { parseDateTime, parseDuration } from "../../../client/cli/java_duration.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";

Deno.test("durations are ISO 8601's, as Java takes them", () => {
  assertEquals(parseDuration("P1D"), 86_400_000);
  assertEquals(parseDuration("PT1H2M3.5S"), 3_723_500);
  assertEquals(parseDuration("-PT1S"), -1000);
  assertEquals(parseDuration("PT-0.5S"), -500);
  assertEquals(parseDuration("p1dt1h"), 90_000_000);
  for (const text of ["", "P", "PT", "P1", "1D", "PT1D", "P1DT", "P1Y"]) {
    assertThrows(() => parseDuration(text), JavaException, "cannot be parsed", text);
  }
});

Deno.test("points of time are in UTC unless they say something else", () => {
  const utc = Date.UTC(2026, 0, 31, 10, 0, 0, 250);
  assertEquals(parseDateTime("2026-01-31T10:00:00.250"), utc);
  assertEquals(parseDateTime("2026-01-31T12:00:00.250+02:00"), utc);
  assertEquals(parseDateTime("2026-01-31T08:30:00.250-0130"), utc);
  assertEquals(parseDateTime("2026-01-31T12:00:00.250+02"), utc);
  for (
    const text of ["2026-02-31T10:00:00.000", "2026-01-31T10:00:00", "2026-01-31T25:00:00.000"]
  ) {
    assertThrows(() => parseDateTime(text), JavaException, "Unparseable date", text);
  }
  assertThrows(() => parseDateTime("2026-01-31"), JavaException, "does not contain a 'T'");
});
