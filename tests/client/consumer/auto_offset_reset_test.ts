import { assertEquals, assertThrows } from "@std/assert";
import {
  isSameReset,
  parseAutoOffsetReset,
  parseDuration,
  resetTimestamp,
} from "../../../client/consumer/auto_offset_reset.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

Deno.test("the three words and an ISO 8601 age are taken", () => {
  assertEquals(parseAutoOffsetReset("earliest"), { type: "earliest" });
  assertEquals(parseAutoOffsetReset("latest"), { type: "latest" });
  assertEquals(parseAutoOffsetReset("none"), { type: "none" });
  assertEquals(parseAutoOffsetReset("by_duration:PT1H"), {
    type: "by_duration",
    durationMs: 3_600_000,
  });
});

Deno.test("anything else is refused in Kafka's words", () => {
  for (
    const text of [
      "",
      "Earliest",
      "by_duration",
      "by_duration:",
      "by_duration:-PT1H",
      "by_duration:1h",
    ]
  ) {
    assertThrows(
      () => parseAutoOffsetReset(text),
      InvalidConfigError,
      `Invalid value \`${text}\` for configuration auto.offset.reset. The value must be either ` +
        "'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.",
    );
  }
});

Deno.test("durations are read as Java reads them", () => {
  const cases: Record<string, number | undefined> = {
    "PT20.345S": 20_345,
    "PT15M": 900_000,
    "PT10H": 36_000_000,
    "P2D": 172_800_000,
    "P2DT3H4M": 183_840_000,
    "PT-6H3M": -21_420_000,
    "-PT6H3M": -21_780_000,
    "-PT-6H+3M": 21_420_000,
    "pt1,5s": 1500,
    "PT0.0009S": 0,
    "P": undefined,
    "PT": undefined,
    "P1DT": undefined,
    "P1Y": undefined,
    "PT1S1M": undefined,
    "1D": undefined,
  };
  for (const [text, ms] of Object.entries(cases)) assertEquals(parseDuration(text), ms, text);
});

Deno.test("a reset is a timestamp to ask for", () => {
  assertEquals(resetTimestamp({ type: "earliest" }, 5000), -2);
  assertEquals(resetTimestamp({ type: "latest" }, 5000), -1);
  assertEquals(resetTimestamp({ type: "by_duration", durationMs: 1000 }, 5000), 4000);
  assertEquals(resetTimestamp({ type: "none" }, 5000), undefined);
});

Deno.test("resets are the same by what they say", () => {
  const hour = { type: "by_duration", durationMs: 1 } as const;
  assertEquals(isSameReset(hour, { ...hour }), true);
  assertEquals(isSameReset(hour, { ...hour, durationMs: 2 }), false);
  assertEquals(isSameReset({ type: "latest" }, { type: "latest" }), true);
  assertEquals(isSameReset({ type: "latest" }, hour), false);
});
