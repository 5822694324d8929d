import { assertEquals } from "@std/assert";
import { Outcomes } from "../../../client/admin/admin_results.ts";
import {
  representable,
  unrepresentable,
  withRefused,
} from "../../../client/admin/topic_collection.ts";

const ZERO = "AAAAAAAAAAAAAAAAAAAAAA";

Deno.test("an empty name and the id of zeros cannot be sent, and each key counts once", () => {
  const names = representable(["a", "", "a", ZERO], "name");
  assertEquals(names.good, ["a", ZERO]);
  assertEquals(names.bad.map(([key]) => key), [""]);
  const ids = representable(["x", ZERO], "id");
  assertEquals([ids.good, ids.bad.map(([key]) => key)], [["x"], [ZERO]]);
  assertEquals(
    unrepresentable("id", ZERO).message,
    `The given topic id '${ZERO}' cannot be represented in a request.`,
  );
});

Deno.test("those that were refused are among the results", () => {
  const outcomes = new Outcomes<string, number>(String, ["a"]);
  outcomes.complete("a", 1);
  const results = outcomes.results();
  assertEquals(withRefused(results, []) === results, true);
  const all = withRefused(results, [["", unrepresentable("name", "")]]);
  assertEquals([all.keys(), all.get("a")], [["a", ""], 1]);
});
