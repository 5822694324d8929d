import { assertEquals, assertThrows } from "@std/assert";
import { readClusterId } from "../../../cluster/raft/cluster_id.ts";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { CLUSTER_ID, formatDirectory } from "./raft_support.ts";

Deno.test("the first formatted directory tells the cluster", () => {
  const env = manualEnv();
  formatDirectory(env, "/b");
  assertEquals(readClusterId(env.fileSystem, ["/a", "/b"]), CLUSTER_ID);
});

Deno.test("a node among others is told to format its directories", () => {
  const { fileSystem } = manualEnv();
  const error = assertThrows(() => readClusterId(fileSystem, ["/a"]), LogUnavailableError);
  assertEquals(
    error.message,
    "No `meta.properties` found in /a (have you run `storage format` to format the directory?)",
  );
});
