import { assertEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { openLog } from "../../support/partition_log.ts";

Deno.test("the topic's id is kept, and another one refused", () => {
  const env = manualEnv();
  const topicId = "XTsQBJTrTdSlzFydwBqhVQ";
  openLog(env, {}, { topicId }).close();
  assertEquals(openLog(env).topicId, topicId);
  const error = assertThrows(
    () => openLog(env, {}, { topicId: "nocV3MhLTMeOJwe4jlqXmg" }),
    StorageError,
  );
  assertEquals(error.code, "INCONSISTENT_TOPIC_ID");
});
