import { assertEquals } from "@std/assert";
import { drain } from "../../../storage/log/loading/load_progress.ts";
import { PendingDeletions } from "../../../storage/log_manager/pending_deletions.ts";

function entry(name: string, since: number, events: string[], parent = "/disk1") {
  return {
    directory: `${parent}/${name}`,
    parent,
    since,
    remove: () => {
      if (name === "bad") throw new Error("no");
      events.push(`removed ${name}`);
    },
    close: () => void events.push(`closed ${name}`),
  };
}

Deno.test("what has waited long enough is removed, oldest first", () => {
  const events: string[] = [];
  const deletions = new PendingDeletions();
  for (const [name, since] of [["a", 0], ["b", 10], ["c", 30]] as const) {
    deletions.add(entry(name, since, events));
  }
  const report: string[] = [];
  assertEquals(
    drain(deletions.removeDue(15, 5, ({ directory }) => report.push(directory))),
    20,
  );
  assertEquals(events, ["removed a", "removed b"]);
  assertEquals(report, ["/disk1/a", "/disk1/b"]);
  assertEquals(deletions.directories, ["/disk1/c"]);
  assertEquals(drain(deletions.removeDue(100, 5, () => {})), undefined);
});

Deno.test("one that fails does not hold up those behind it", () => {
  const events: string[] = [];
  const deletions = new PendingDeletions();
  deletions.add(entry("bad", 0, events));
  deletions.add(entry("good", 0, events));
  const errors: unknown[] = [];
  drain(deletions.removeDue(1, 0, (_, error) => errors.push(error)));
  assertEquals(events, ["removed good"]);
  assertEquals(errors.map((error) => error instanceof Error), [true, false]);
});

Deno.test("those of a directory that has failed, and all at the end, are closed and left", () => {
  const events: string[] = [];
  const deletions = new PendingDeletions();
  deletions.add(entry("a", 0, events));
  deletions.add(entry("b", 0, events, "/disk2"));
  deletions.forgetDirectory("/disk1");
  assertEquals([events, deletions.directories], [["closed a"], ["/disk2/b"]]);
  deletions.close();
  assertEquals([events, deletions.directories], [["closed a", "closed b"], []]);
});
