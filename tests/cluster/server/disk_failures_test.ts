import { assertEquals } from "@std/assert";
import { DiskFailures } from "../../../cluster/server/disk_failures.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

function failures() {
  const logger = new CollectingLogger();
  const fatal: string[] = [];
  const disks = new DiskFailures({
    logDirs: ["./a", "/b"],
    metadataLogDir: "./a/",
    logger,
    onFatal: ({ message }) => fatal.push(message),
  });
  return { disks, logger, fatal };
}

Deno.test("a broker goes on while a log directory is left", () => {
  const { disks, logger, fatal } = failures();
  disks.logDirFailed("/b", ["a"], new Error("gone"));
  assertEquals([fatal, logger.lines.length], [[], 0]);
});

Deno.test("without a log directory it stops, and says so once", () => {
  const { disks, logger, fatal } = failures();
  disks.logDirFailed("/b", [], new Error("gone"));
  disks.logDirFailed("a", [], new Error("gone"));
  disks.metadataLogFailed(new Error("gone"));
  assertEquals(fatal, ["Shutdown broker because all log dirs in ./a, /b have failed"]);
  assertEquals(logger.matching("Shutdown broker").map(({ level }) => level), ["error"]);
});

Deno.test("without the directory of the metadata log it stops, however it comes out", () => {
  const reason = "Shutdown broker because the metadata log dir ./a/ has failed";
  const first = failures();
  first.disks.logDirFailed("a", ["/b"], new Error("gone"));
  assertEquals(first.fatal, [reason]);
  const second = failures();
  second.disks.metadataLogFailed(new Error("gone"));
  assertEquals(second.fatal, [reason]);
});
