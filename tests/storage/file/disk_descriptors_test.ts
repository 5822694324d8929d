import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { closeSync, constants } from "node:fs";
import { LogDirError } from "../../../storage/errors.ts";
import { DescriptorCache } from "../../../storage/file/descriptor_cache.ts";
import {
  flushDirectory,
  flushDirectoryAsync,
  openDescriptor,
} from "../../../storage/file/disk_descriptors.ts";

Deno.test("a descriptor is had of what is there, and an error says what was tried", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const cache = new DescriptorCache(4);
    const fd = openDescriptor(cache, "try out", directory, constants.O_RDONLY);
    assert(fd > 2);
    closeSync(fd);
    const error = assertThrows(
      () => openDescriptor(cache, "try out", `${directory}/none`, constants.O_RDONLY),
      LogDirError,
      "try out",
    );
    assertEquals(error.path, `${directory}/none`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

/** How many descriptors of this process are those of a path; other tests have their own. */
function descriptorsOn(path: string): number {
  if (Deno.build.os !== "linux") return 0;
  const links = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link === Deno.realPathSync(path)).length;
}

Deno.test("a directory is flushed either way, and holds no descriptor after that", async () => {
  const directory = Deno.makeTempDirSync();
  try {
    const cache = new DescriptorCache(4);
    flushDirectory(cache, directory);
    await flushDirectoryAsync(cache, directory);
    Deno.writeTextFileSync(`${directory}/file`, "");
    for (const path of [`${directory}/none`, `${directory}/file`]) {
      assertThrows(() => flushDirectory(cache, path), LogDirError, "flush directory");
      await assertRejects(() => flushDirectoryAsync(cache, path), LogDirError, "flush directory");
    }
    assertEquals(descriptorsOn(directory), 0);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
