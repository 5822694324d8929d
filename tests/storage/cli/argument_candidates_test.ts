import { assertEquals } from "@std/assert";
import { candidates } from "../../../storage/cli/argument_candidates.ts";

const FLAGS = ["--topic", "--partition", "--producer-id", "--producer-epoch"];

Deno.test("names are found that begin alike, or differ by a slip of the finger", () => {
  assertEquals(candidates("--prod", FLAGS), ["--producer-epoch", "--producer-id"]);
  assertEquals(candidates("--tpoic", FLAGS), ["--topic"]);
  assertEquals(candidates("--partitoin", FLAGS), ["--partition"]);
  assertEquals(candidates("--pic", FLAGS), ["--topic"]);
  assertEquals(candidates("--topik", FLAGS), ["--topic"]);
  assertEquals(candidates("list", ["describe", "listing"]), ["listing"]);
});

Deno.test("names that are too different are not found", () => {
  assertEquals(candidates("--topic-name", FLAGS), []);
  assertEquals(candidates("--whatever", FLAGS), []);
  assertEquals(candidates("x", []), []);
});
