/**
 * Controllers that tell of themselves (KIP-919).
 *
 * @module
 */

import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import {
  type ControllerEndpoint,
  type ControllerFeature,
  metadataRecord,
} from "./metadata_records.ts";

/** What a controller tells of itself. */
export interface ControllerDetails {
  /** Its id. */
  readonly controllerId: number;
  /** Id of this run of its process. */
  readonly incarnationId: string;
  /** Where it is reached. */
  readonly endPoints: readonly ControllerEndpoint[];
  /** What it can do. */
  readonly features: readonly ControllerFeature[];
}

/** Decides on ControllerRegistration. Clusters of old metadata versions know of no registered controllers. */
export function registerController(
  { image }: ControllerContext,
  details: ControllerDetails,
): Decision<void> {
  const { controllerRegistration } = metadataVersionAbilities(image.metadataVersion);
  return {
    records: controllerRegistration
      ? [metadataRecord("RegisterControllerRecord", 0, { ...details, zkMigrationReady: false })]
      : [],
    response: undefined,
  };
}
