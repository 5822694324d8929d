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

Deno.test("a directory is flushed either way, and holds no descriptor after that", async () => {
  const directory = Deno.makeTempDirSync();
  const count = () => Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0;
  try {
    const cache = new DescriptorCache(4);
    const before = count();
    flushDirectory(cache, directory);
    await flushDirectoryAsync(cache, directory);
    Deno.writeTextFileSync(`${directory}/file`, "");
    for (const path of [`${directory}/none`, `${directory}/file`]) {
      assertThrows(() => flushDirectory(cache, path), LogDirError, "flush directory");
      await assertRejects(() => flushDirectoryAsync(cache, path), LogDirError, "flush directory");
    }
    assertEquals(count(), before);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
