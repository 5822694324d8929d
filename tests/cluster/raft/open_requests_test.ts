import { assertEquals } from "@std/assert";
import { OpenRequests } from "../../../cluster/raft/open_requests.ts";
import type { RaftLog } from "../../../cluster/raft/raft_log.ts";
import type { RaftFailure, RaftResponse } from "../../../cluster/raft/raft_message.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { fetched } from "./scripted_replica.ts";

function open(bytesFrom: (offset: number, maxBytes: number) => Uint8Array) {
  const logger = new CollectingLogger();
  const requests = new OpenRequests({ directory: "/d", bytesFrom } as unknown as RaftLog, logger);
  const answers: (RaftResponse | RaftFailure)[] = [];
  const add = () => requests.add((response) => answers.push(response));
  return { requests, answers, add, logger };
}

const { records: _, ...outcome } = fetched();

Deno.test("an answer gets what it tells to read", () => {
  const { requests, answers, add } = open((offset, maxBytes) => new Uint8Array([offset, maxBytes]));
  requests.answer(add(), { ...outcome, read: { offset: 7, maxBytes: 9 } });
  requests.answer(add(), { ...outcome, read: undefined });
  assertEquals(answers.map((answer) => answer.type === "fetch" && [...answer.records]), [
    [7, 9],
    [],
  ]);
});

Deno.test("a request is answered once", () => {
  const { requests, answers, add } = open(() => new Uint8Array());
  const id = add();
  requests.fail(id);
  requests.fail(id);
  requests.answer(id, { ...outcome, read: undefined });
  assertEquals(answers, [{ type: "failure", error: "BROKER_NOT_AVAILABLE" }]);
});

Deno.test("what cannot be read is a failure of that answer alone", () => {
  const { requests, answers, add, logger } = open(() => {
    throw new Error("EIO");
  });
  requests.answer(add(), { ...outcome, read: { offset: 7, maxBytes: 9 } });
  add();
  requests.failAll();
  assertEquals(answers, [
    { type: "failure", error: "UNKNOWN_SERVER_ERROR" },
    { type: "failure", error: "BROKER_NOT_AVAILABLE" },
  ]);
  assertEquals(logger.matching("Failed to read for another replica").length, 1);
});
