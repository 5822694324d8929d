import { assertEquals } from "@std/assert";
import {
  anyAliveBroker,
  controllerNodes,
  ListenerView,
} from "../../../cluster/server/listener_view.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { imageOf } from "../../support/metadata_image.ts";

const DIRECTORY = "bbbbbbbbbbbbbbbbbbbbbA";
const OTHER_DIRECTORY = "ccccccccccccccccccccccA".slice(1);
const LOST = "AAAAAAAAAAAAAAAAAAAAAg";
const UNASSIGNED = "AAAAAAAAAAAAAAAAAAAAAQ";

const brokers = [
  { brokerId: 3, listeners: { PLAINTEXT: 9094 }, rack: "r3", logDirs: [DIRECTORY] },
  { brokerId: 1, listeners: { PLAINTEXT: 9092, INTERNAL: 19092 }, logDirs: [DIRECTORY] },
  { brokerId: 2, listeners: { PLAINTEXT: 9093 }, fenced: true },
];

function offline(replicas: readonly number[], directories: readonly string[]): number[] {
  const image = imageOf({ brokers, topics: { t: [{ replicas, directories }] } });
  return new ListenerView(image, "PLAINTEXT").offlineReplicas(image.topics.partition("t", 0)!);
}

Deno.test("brokers are seen at the addresses of the listener, by their ids", () => {
  const view = new ListenerView(imageOf({ brokers }), "PLAINTEXT");
  assertEquals(view.nodes, [
    { nodeId: 1, host: "host1", port: 9092, rack: null, isFenced: false },
    { nodeId: 2, host: "host2", port: 9093, rack: null, isFenced: true },
    { nodeId: 3, host: "host3", port: 9094, rack: "r3", isFenced: false },
  ]);
  assertEquals(view.aliveNodes.map(({ nodeId }) => nodeId), [1, 3]);
});

Deno.test("a broker without the listener is not seen", () => {
  const view = new ListenerView(imageOf({ brokers }), "INTERNAL");
  assertEquals(view.nodes.map(({ nodeId, port }) => [nodeId, port]), [[1, 19092]]);
  assertEquals(view.node(3), undefined);
  assertEquals(view.isAlive(3), false);
});

Deno.test("replicas are offline on brokers that are fenced, unknown, or lack the listener", () => {
  assertEquals(offline([1, 2, 3, 4], [DIRECTORY, DIRECTORY, DIRECTORY, DIRECTORY]), [2, 4]);
  const image = imageOf({ brokers, topics: { t: [{ replicas: [1, 3] }] } });
  const partition = image.topics.partition("t", 0)!;
  assertEquals(new ListenerView(image, "INTERNAL").offlineReplicas(partition), [3]);
});

Deno.test("replicas are offline in directories that are lost, or that the broker does not have", () => {
  assertEquals(offline([1, 3], [DIRECTORY, OTHER_DIRECTORY]), [3]);
  assertEquals(offline([1, 3], [LOST, DIRECTORY]), [1]);
});

Deno.test("replicas whose directory nobody has told are online", () => {
  assertEquals(offline([1, 3], [UNASSIGNED, UNASSIGNED]), []);
  assertEquals(offline([1, 3], []), []);
});

Deno.test("any broker that is alive stands for the controller", () => {
  const image = imageOf({ brokers });
  assertEquals(anyAliveBroker(image, { next: () => 0 }), 1);
  assertEquals(anyAliveBroker(image, { next: () => 0.99 }), 3);
  assertEquals(anyAliveBroker(imageOf({ brokers: [] }), { next: () => 0 }), -1);
});

Deno.test("controllers are seen at the addresses of the listener, by their ids", () => {
  const image = imageOf();
  for (const controllerId of [3000, 2]) {
    image.replay(metadataRecord("RegisterControllerRecord", 0, {
      controllerId,
      endPoints: [{ name: "CONTROLLER", host: `c${controllerId}`, port: 9093 }],
    }));
  }
  assertEquals(controllerNodes(image, "CONTROLLER"), [
    { nodeId: 2, host: "c2", port: 9093, rack: null, isFenced: false },
    { nodeId: 3000, host: "c3000", port: 9093, rack: null, isFenced: false },
  ]);
  assertEquals(controllerNodes(image, "OTHER"), []);
});
