import { assertEquals } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  coordinatorError,
  coordinatorFailure,
} from "../../../cluster/coordinator/coordinator_errors.ts";
import { LogDirError } from "../../../storage/errors.ts";

Deno.test("clients are told of the coordinator, not of the partition behind it", () => {
  assertEquals(
    coordinatorError(new KafkaError("NOT_ENOUGH_REPLICAS")),
    "COORDINATOR_NOT_AVAILABLE",
  );
  assertEquals(coordinatorError(new KafkaError("NOT_LEADER_OR_FOLLOWER")), "NOT_COORDINATOR");
  assertEquals(coordinatorError(new LogDirError("/d", "gone")), "NOT_COORDINATOR");
  assertEquals(coordinatorError(new KafkaError("MESSAGE_TOO_LARGE")), "UNKNOWN_SERVER_ERROR");
  assertEquals(
    coordinatorError(new KafkaError("NETWORK_EXCEPTION")),
    "COORDINATOR_LOAD_IN_PROGRESS",
  );
});

Deno.test("errors of coordinators themselves stay as they are", () => {
  assertEquals(coordinatorError(new KafkaError("ILLEGAL_GENERATION")), "ILLEGAL_GENERATION");
  assertEquals(coordinatorError(new TypeError("a bug")), "UNKNOWN_SERVER_ERROR");
  assertEquals(coordinatorFailure("NOT_COORDINATOR").code, "NOT_COORDINATOR");
});
