import { assertEquals } from "@std/assert";
import { absoluteLogDir, configuredLogDir } from "../../../cluster/replication/log_dir_paths.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";

class RootedFileSystem extends MemoryFileSystem {
  absolutePath(path: string): string {
    return path.startsWith("/") ? path : `/home/kafka/${path.replace(/^\.\//, "")}`;
  }
}

const rooted = new RootedFileSystem();

Deno.test("clients are told a path from the root", () => {
  assertEquals(absoluteLogDir(rooted, "./data"), "/home/kafka/data");
  assertEquals(absoluteLogDir(rooted, "/data"), "/data");
  assertEquals(absoluteLogDir(new DiskFileSystem(), "./data"), `${Deno.cwd()}/data`);
  assertEquals(absoluteLogDir(new MemoryFileSystem(), "./data"), "./data");
});

Deno.test("the path that clients were told is the directory of the config, and so is that one's own", () => {
  const logDirs = ["./data", "/disk2/"];
  for (const path of ["/home/kafka/data", "/home/kafka/data/", "./data", "data"]) {
    assertEquals(configuredLogDir(rooted, logDirs, path), "data");
  }
  assertEquals(configuredLogDir(rooted, logDirs, "/disk2"), "/disk2");
  assertEquals(configuredLogDir(rooted, logDirs, "/elsewhere//x"), "/elsewhere/x");
});
