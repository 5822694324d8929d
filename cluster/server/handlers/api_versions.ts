/**
 * ApiVersions: which requests are answered here, and the features of the cluster.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  apiVersions,
  type ApiVersionsRequest,
  type ApiVersionsResponse,
} from "../../../client/protocol/messages/api_versions.ts";
import type { ApiHandler, RequestContext } from "../api_handler.ts";

/** The features as they are at a time. */
export interface FeatureState {
  /** What this node can do: lowest and highest level by name. */
  readonly supported: ReadonlyMap<string, { readonly lowest: number; readonly highest: number }>;
  /** What the cluster runs at. */
  readonly finalized: ReadonlyMap<string, number>;
  /** Offset of the metadata that says so, -1 when there is none. */
  readonly epoch: number;
}

/** What the handler needs. */
export interface ApiVersionsOptions {
  /** The APIs with a handler. */
  readonly apis: () => readonly {
    readonly apiKey: number;
    readonly minVersion: number;
    readonly maxVersion: number;
  }[];
  /** The features. */
  readonly features: () => FeatureState;
}

/** Names and versions of client libraries are made of these (KIP-511). */
const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;
/** The first version that tells the client's library. */
const FIRST_WITH_SOFTWARE = 3;

/** Answers ApiVersions. */
export function apiVersionsHandler(
  options: ApiVersionsOptions,
): ApiHandler<ApiVersionsRequest, ApiVersionsResponse> {
  return {
    api: apiVersions,
    handle(request: ApiVersionsRequest, { apiVersion, session }: RequestContext) {
      if (apiVersion >= FIRST_WITH_SOFTWARE) {
        const { clientSoftwareName, clientSoftwareVersion } = request;
        if (!SOFTWARE.test(clientSoftwareName) || !SOFTWARE.test(clientSoftwareVersion)) {
          return { errorCode: errorCode("INVALID_REQUEST") };
        }
        session.clientSoftwareName = clientSoftwareName;
        session.clientSoftwareVersion = clientSoftwareVersion;
      }
      const { supported, finalized, epoch } = options.features();
      return {
        apiKeys: options.apis(),
        supportedFeatures: [...supported].filter(([, { lowest }]) =>
          // Up to version 3 a client takes a lowest level of 0 for a fault (KIP-1022).
          apiVersion > FIRST_WITH_SOFTWARE || lowest > 0
        ).map(([name, { lowest, highest }]) => ({
          name,
          minVersion: lowest,
          maxVersion: highest,
        })),
        finalizedFeatures: [...finalized].filter(([, level]) => level !== 0).map((
          [name, level],
        ) => ({
          name,
          minVersionLevel: level,
          maxVersionLevel: level,
        })),
        finalizedFeaturesEpoch: epoch,
      };
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
