import { assertEquals, assertRejects } from "@std/assert";
import { AdminContext } from "../../../client/admin/admin_context.ts";
import { adminSettings } from "../../../client/admin/admin_settings.ts";
import { outcomesOf, settle } from "../../../client/admin/outcome_call.ts";
import { Outcomes } from "../../../client/admin/admin_results.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { manualEnv } from "../../support/manual_env.ts";

function context(): AdminContext {
  const env = manualEnv();
  const settings = adminSettings({ bootstrapServers: "a:1" }, env.logger);
  return new AdminContext(settings, env, new MemoryTransport());
}

Deno.test("what a call throws is the error of the keys that have no outcome", async () => {
  const results = await outcomesOf<string, number>(
    context(),
    String,
    ["a", "b"],
    {},
    (_time, outcomes) => {
      outcomes.complete("a", 1);
      return Promise.reject(new RangeError("no"));
    },
  );
  assertEquals([results.get("a"), results.error("b")?.message], [1, "no"]);
});

Deno.test("without keys nobody is asked", async () => {
  const results = await outcomesOf(context(), String, [], {}, () => {
    throw new Error("asked");
  });
  assertEquals(results.size, 0);
});

Deno.test("when the user gives up the whole is refused", async () => {
  const user = new AbortController();
  await assertRejects(
    () =>
      outcomesOf(context(), String, ["a"], { signal: user.signal }, (time) => {
        user.abort(new Error("enough"));
        time.throwIfAborted();
        return Promise.resolve();
      }),
    Error,
    "enough",
  );
});

Deno.test("a part that fails takes only its own keys along", async () => {
  const outcomes = new Outcomes<string, number>(String, ["a", "b"]);
  await settle(outcomes, ["a"], () => Promise.reject(new RangeError("no")));
  await settle(outcomes, ["b"], () => Promise.resolve(outcomes.complete("b", 2)));
  assertEquals(outcomes.results().values(), [2]);
});
