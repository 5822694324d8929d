import { assertEquals } from "@std/assert";
import { destinationOf, type RaftContext, send } from "../../../cluster/raft/raft_context.ts";
import type { RaftOutput } from "../../../cluster/raft/raft_node.ts";
import { RequestManager } from "../../../cluster/raft/request_manager.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { voteRequest } from "./scripted_replica.ts";

Deno.test("a node is reached over the quorum's listener, or whichever it has", () => {
  const context = { listenerName: "B" } as RaftContext;
  const [a, b] = [{ name: "A", host: "a", port: 1 }, { name: "B", host: "b", port: 2 }];
  assertEquals(destinationOf(context, 5, [a, b]), { id: 5, host: "b", port: 2 });
  assertEquals(destinationOf(context, 5, [a]), { id: 5, host: "a", port: 1 });
  assertEquals(destinationOf(context, 5, []), undefined);
});

Deno.test("a node has one request at a time", () => {
  const outputs: RaftOutput[] = [];
  const context = {
    requests: new RequestManager({
      bootstrapServers: [],
      retryBackoffMs: 20,
      requestTimeoutMs: 2000,
      random: new SeededRandom(1),
    }),
    emit: (output: RaftOutput) => void outputs.push(output),
  } as unknown as RaftContext;
  const to = { id: 5, host: "h", port: 1 };
  assertEquals(send(context, to, 100, voteRequest), 2100);
  assertEquals(send(context, to, 200, voteRequest), 2100);
  assertEquals(outputs.length, 1);
  assertEquals(send(context, to, 2100, voteRequest), 4100);
  assertEquals(outputs.length, 2);
});
