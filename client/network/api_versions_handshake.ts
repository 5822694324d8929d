/**
 * The first exchange on a connection: which versions does the broker have (KIP-35, KIP-511)?
 *
 * @module
 */

import { decode, type Draft } from "../../storage/message/message_codec.ts";
import { readInt16 } from "../../storage/bytes/byte_reader.ts";
import { supportedVersions } from "../protocol/api_keys.ts";
import type { Api } from "../protocol/api.ts";
import { errorCode, errorName, KafkaError } from "../protocol/error_codes.ts";
import { apiVersions, type ApiVersionsRequest } from "../protocol/messages/api_versions.ts";

/** The versions that a broker has, by the number of the API. */
export type BrokerVersions = ReadonlyMap<
  number,
  { readonly lowest: number; readonly highest: number }
>;

/** Levels that a cluster has finalized for its features. */
export interface FinalizedFeatures {
  /** Counts the changes; -1 when the broker does not tell features. */
  readonly epoch: number;
  /** Levels by name, such as `transaction.version`. */
  readonly levels: ReadonlyMap<string, number>;
}

/** What a broker can do. */
export interface BrokerAbilities {
  /** Versions of the APIs that it has. */
  readonly versions: BrokerVersions;
  /** Features of its cluster. */
  readonly features: FinalizedFeatures;
}

/** Sends a request of a version; gets the frame of the answer. */
export type Exchange = (
  api: Api<ApiVersionsRequest, unknown>,
  draft: Draft<ApiVersionsRequest>,
  version: number,
) => Promise<{ readonly frame: Uint8Array }>;

/** What clients call themselves when they ask a node what it can do. */
export const SOFTWARE = { clientSoftwareName: "seglog", clientSoftwareVersion: "0.1.0" };
/** The header of these responses has only the correlation id, in all versions. */
const BODY_AT = 4;

/**
 * Asks with the newest version. A broker that lacks it says so in version 0 and tells which it has; then it is asked again.
 *
 * @throws {KafkaError} when the broker answers with an error
 */
export async function handshake(exchange: Exchange): Promise<BrokerAbilities> {
  const newest = supportedVersions(apiVersions).highest;
  for (let version = newest;;) {
    const { frame } = await exchange(apiVersions, version >= 3 ? SOFTWARE : {}, version);
    const isUnsupported = frame.length >= BODY_AT + 2 &&
      readInt16(frame, BODY_AT) === errorCode("UNSUPPORTED_VERSION");
    const answer = decode(apiVersions.response, isUnsupported ? 0 : version, frame, BODY_AT);
    if (isUnsupported && version > 0) {
      const theirs = answer.apiKeys.find(({ apiKey }) => apiKey === apiVersions.key);
      version = Math.max(0, Math.min(theirs?.maxVersion ?? 0, version - 1));
      continue;
    }
    if (answer.errorCode !== 0) throw new KafkaError(errorName(answer.errorCode));
    const versions = new Map(
      answer.apiKeys.map(({ apiKey, minVersion: lowest, maxVersion: highest }) =>
        [apiKey, { lowest, highest }] as const
      ),
    );
    const levels = new Map(
      answer.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel] as const),
    );
    return { versions, features: { epoch: answer.finalizedFeaturesEpoch, levels } };
  }
}
