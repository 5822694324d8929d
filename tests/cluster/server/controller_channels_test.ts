import { assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { allocateProducerIds } from "../../../client/protocol/messages/allocate_producer_ids.ts";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { controllerChannels } from "../../../cluster/server/controller_channels.ts";
import type { LocalController } from "../../../cluster/server/local_controller.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("controller.socket.timeout.ms: an answer that takes longer is asked for again", async () => {
  const env = manualEnv();
  let asked = 0;
  const local = { nodeId: 1, send: () => new Promise(() => asked++) } as unknown as LocalController;
  const channel = controllerChannels({
    env,
    config: BrokerConfig.parse({
      ...quickStartProperties(),
      "controller.socket.timeout.ms": "300",
    }),
    transport: new MemoryTransport(),
    controllerNode: () => ({ id: 1, epoch: 1, address: undefined }),
    local,
  })("forwarding", () => 1000);
  const failed = channel.send(allocateProducerIds, {}).catch((error) => error.code);
  await env.clock.advance(349);
  assertEquals(asked, 1);
  await env.clock.advance(1);
  assertEquals(asked, 2);
  await env.clock.advance(1000);
  assertEquals(await failed, "REQUEST_TIMED_OUT");
  const [line] = env.logger.matching("Could not ask the controller");
  assertEquals([line?.fields.channel, line?.fields.api], ["forwarding", "AllocateProducerIds"]);
  await channel.shutdown();
});
