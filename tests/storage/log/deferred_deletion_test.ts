import { assertEquals, assertThrows } from "@std/assert";
import { DeferredDeletion, type DeletableFiles } from "../../../storage/log/deferred_deletion.ts";

function files(name: string, journal: string[]): DeletableFiles {
  return {
    remove: () => void journal.push(`remove ${name}`),
    close: () => void journal.push(`close ${name}`),
    updateDirectory: (directory) => void journal.push(`${name} is in ${directory}`),
  };
}

Deno.test("files go in the order in which they fall due, and not before", () => {
  const journal: string[] = [];
  const deletion = new DeferredDeletion();
  deletion.schedule(30, files("c", journal));
  deletion.schedule(10, files("a", journal));
  deletion.schedule(10, files("b", journal));
  assertEquals([deletion.size, deletion.nextDueMs], [3, 10]);
  assertEquals(deletion.deletePending(9), 0);
  assertEquals(deletion.deletePending(10), 2);
  assertEquals(journal, ["remove a", "remove b"]);
  assertEquals(deletion.deletePending(Infinity), 1);
  assertEquals([deletion.size, deletion.nextDueMs], [0, undefined]);
});

Deno.test("files that cannot be removed stay on the list", () => {
  const journal: string[] = [];
  const deletion = new DeferredDeletion();
  let broken = true;
  deletion.schedule(1, {
    ...files("a", journal),
    remove() {
      if (broken) throw new Error("no");
      journal.push("remove a");
    },
  });
  assertThrows(() => deletion.deletePending(5));
  broken = false;
  assertEquals(deletion.deletePending(5), 1);
  assertEquals(journal, ["remove a"]);
});

Deno.test("closing lets go of the files and leaves them where they are", () => {
  const journal: string[] = [];
  const deletion = new DeferredDeletion();
  deletion.schedule(1, files("a", journal));
  deletion.updateDirectory("/elsewhere");
  deletion.close();
  assertEquals(journal, ["a is in /elsewhere", "close a"]);
  assertEquals(deletion.deletePending(Infinity), 0);
});
