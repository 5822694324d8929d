import { assertEquals, assertThrows } from "@std/assert";
import { ClusterImage } from "../../../cluster/controller/cluster_image.ts";
import {
  type BrokerRegistrationChangeRecord,
  metadataRecord,
  type RegisterBrokerRecord,
} from "../../../cluster/controller/metadata_records.ts";
import {
  LOST_DIRECTORY,
  MIGRATING_DIRECTORY,
  UNASSIGNED_DIRECTORY,
} from "../../../cluster/controller/partition_registration.ts";
import { brokerDetails, idOf } from "./controller_support.ts";

function register(
  image: ClusterImage,
  brokerId: number,
  partial: Partial<RegisterBrokerRecord> = {},
): void {
  image.replayRegisterBroker(
    metadataRecord("RegisterBrokerRecord", 4, {
      ...brokerDetails(brokerId),
      fenced: false,
      ...partial,
    })
      .data as RegisterBrokerRecord,
  );
}

function change(image: ClusterImage, partial: Partial<BrokerRegistrationChangeRecord>): void {
  image.replayChange(
    metadataRecord("BrokerRegistrationChangeRecord", 3, { brokerId: 1, ...partial })
      .data as BrokerRegistrationChangeRecord,
  );
}

Deno.test("a broker may lead unless it is fenced, stops, or is not there", () => {
  const image = new ClusterImage();
  register(image, 1);
  register(image, 2, { fenced: true });
  register(image, 3, { inControlledShutdown: true });
  assertEquals([1, 2, 3, 4].map((id) => image.isActive(id)), [true, false, false, false]);
  assertEquals(image.unfencedBrokers().map(({ brokerId }) => brokerId), [1, 3]);
});

Deno.test("a change of a registration tells only what changes", () => {
  const image = new ClusterImage();
  register(image, 1, { fenced: true, rack: "r" });
  change(image, { fenced: -1 });
  change(image, { inControlledShutdown: 1 });
  change(image, { logDirs: [idOf("new")] });
  change(image, { cordonedLogDirs: [] });
  const { fenced, inControlledShutdown, logDirs, cordonedLogDirs, rack } = image.brokers.get(1)!;
  assertEquals({ fenced, inControlledShutdown, logDirs, cordonedLogDirs, rack }, {
    fenced: false,
    inControlledShutdown: true,
    logDirs: [idOf("new")],
    cordonedLogDirs: [],
    rack: "r",
  });
});

Deno.test("a broker that registers again begins anew, and one that leaves is gone", () => {
  const image = new ClusterImage();
  register(image, 1, { inControlledShutdown: true });
  register(image, 1, { incarnationId: idOf("next") });
  assertEquals(image.isActive(1), true);
  image.replayUnregisterBroker(1);
  assertEquals(image.brokers.size, 0);
  assertThrows(() => change(image, { fenced: 1 }), Error, "Broker of a metadata record: 1");
});

Deno.test("a directory works when the broker says so, when nobody knows, and never when it is lost", () => {
  const image = new ClusterImage();
  register(image, 1, { logDirs: [idOf("a")] });
  register(image, 2, { logDirs: [] });
  const online = (id: number, directory: string) => image.hasOnlineDirectory(id, directory);
  assertEquals([online(1, idOf("a")), online(1, idOf("b"))], [true, false]);
  assertEquals([online(1, UNASSIGNED_DIRECTORY), online(1, MIGRATING_DIRECTORY)], [true, true]);
  assertEquals([online(1, LOST_DIRECTORY), online(2, LOST_DIRECTORY)], [false, false]);
  assertEquals([online(2, idOf("b")), online(3, idOf("a"))], [true, false]);
});

Deno.test("a new replica goes into a broker's only directory; of several the broker chooses", () => {
  const image = new ClusterImage();
  register(image, 1, { logDirs: [idOf("a")] });
  register(image, 2, { logDirs: [idOf("a"), idOf("b")] });
  register(image, 3, { logDirs: [] });
  assertEquals([1, 2, 3, 4].map((id) => image.defaultDirectory(id)), [
    idOf("a"),
    UNASSIGNED_DIRECTORY,
    MIGRATING_DIRECTORY,
    UNASSIGNED_DIRECTORY,
  ]);
});

Deno.test("controllers are kept by id", () => {
  const image = new ClusterImage();
  const record = metadataRecord("RegisterControllerRecord", 0, { controllerId: 7 });
  if (record.type === "RegisterControllerRecord") image.replayRegisterController(record.data);
  assertEquals([...image.controllers.keys()], [7]);
});
