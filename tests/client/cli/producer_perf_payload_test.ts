import { assert, assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  listedPayload,
  monotonicPayload,
  randomPayload,
  splitPayloads,
} from "../../../client/cli/producer_perf_payload.ts";
import { manualEnv } from "../../support/manual_env.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const texts = (payloads: readonly Uint8Array[]) => payloads.map(text);

Deno.test("random payloads are capital letters, other ones each time", () => {
  const { random } = manualEnv();
  for (const size of [1, 100, 3_000_000]) {
    const payload = randomPayload(random, size);
    for (let i = 0; i < 3; i++) assert(new RegExp(`^[A-Z]{${size % 1000}}`).test(text(payload(i))));
    assertEquals(payload(3).length, size);
  }
  const payload = randomPayload(random, 1000);
  const seen = new Set(Array.from({ length: 1048 }, (_, i) => text(payload(i))));
  assertEquals(seen.size, 1048);
  const letters = new Set(text(payload(0)));
  assertEquals(letters.size, 26);
});

Deno.test("a file's payloads are what is between delimiters", () => {
  assertEquals(texts(splitPayloads("\na\n\nbb\nccc\n\n", "\n")), ["a", "", "bb", "ccc", ""]);
  assertEquals(texts(splitPayloads("\n", "\n")), []);
  assertEquals(texts(splitPayloads("a", "\n")), ["a"]);
  assertEquals(texts(splitPayloads("\na\n\nbb\nccc\n\n", "b+")), ["\na\n\n", "\nccc\n\n"]);
  assertEquals(texts(splitPayloads("a1b22c", "([0-9])+")), ["a", "b", "c"]);
  assertEquals(texts(splitPayloads("añb", "")), ["a", "ñ", "b"]);
  assertEquals(texts(splitPayloads("\na\n\nbb\nccc\n\n", "")).length, 12);
  assertThrows(() => splitPayloads("a", "("), JavaException, "Unclosed group near index 1");
});

Deno.test("payloads of a list come by chance, numbers in order", () => {
  const payloads = splitPayloads("a,b,c", ",");
  const payload = listedPayload(manualEnv().random, payloads);
  const seen = new Set(Array.from({ length: 100 }, (_, i) => text(payload(i))));
  assertEquals([...seen].sort(), ["a", "b", "c"]);
  assertThrows(
    () => listedPayload(manualEnv().random, []),
    JavaException,
    "No payload file, record size or payload-monotonic option provided.",
  );
  assertEquals([0, 1, 10].map((i) => text(monotonicPayload()(i))), ["0", "1", "10"]);
});
