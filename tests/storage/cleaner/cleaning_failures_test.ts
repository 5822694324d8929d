import { assertEquals } from "@std/assert";
import { CleaningFailures } from "../../../storage/cleaner/cleaning_failures.ts";

const config = { retryBackoffMs: 100, retryBackoffMaxMs: 500 };

Deno.test("a log is left alone twice as long after each failure, up to a limit", () => {
  const failures = new CleaningFailures();
  const waits = [];
  for (let i = 0; i < 5; i++) {
    const failure = failures.add("a-0", "/data", new Error(`no ${i}`), 1000, config);
    waits.push(failure.nextAttemptMs - 1000);
    assertEquals(failure.retries, i + 1);
  }
  assertEquals(waits, [100, 200, 400, 500, 500]);
  assertEquals(failures.get("a-0")!.error.message, "no 4");
  assertEquals(failures.isUncleanable("a-0", 1499), true);
  assertEquals(failures.isUncleanable("a-0", 1500), false);
  failures.delete("a-0");
  assertEquals(failures.add("a-0", "/data", new Error("again"), 0, config).retries, 1);
});

Deno.test("failures follow their logs and go with them", () => {
  const failures = new CleaningFailures();
  failures.add("a-0", "/one", new Error(), 0, config);
  failures.add("b-0", "/one", new Error(), 0, config);
  failures.move("a-0", "/one", "/two");
  failures.move("b-0", "/other", "/two");
  assertEquals([failures.in("/one"), failures.in("/two")], [["b-0"], ["a-0"]]);
  failures.retain((key) => key === "b-0");
  assertEquals([failures.get("a-0"), failures.in("/one")], [undefined, ["b-0"]]);
});
