import { assertEquals, assertRejects } from "@std/assert";
import { SnapshotDownload } from "../../../cluster/raft/snapshot_download.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a snapshot has another name until it is whole", async () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/d");
  const names = () => env.fileSystem.list("/d").map(({ name }) => name);
  const download = new SnapshotDownload(env, "/d", { offset: 30, epoch: 3 });
  download.append(new Uint8Array(61));
  assertEquals(names().map((name) => /^0+30-0+3-.+\.checkpoint\.part$/.test(name)), [true]);
  await assertRejects(() => download.complete(), CorruptRecordError);
  download.close();
  download.close();
  assertEquals(names(), []);
});
