import { assert, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import { diskSpace } from "../../../storage/file/disk_space.ts";

Deno.test("a volume has no less room in all than is free", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const { totalBytes, usableBytes } = diskSpace(directory);
    assert(totalBytes > 0 && usableBytes >= 0 && usableBytes <= totalBytes);
    const told = new DiskFileSystem().space(directory);
    assert(told.totalBytes === totalBytes);
  } finally {
    await Deno.remove(directory);
  }
});

Deno.test("a path that is not there is on no volume", () => {
  assertThrows(() => diskSpace("/no/such/directory"), LogDirError, "ENOENT");
});
