/** Prometheus' remote write. The answers are those that senders act on: 4xx is not sent again, 5xx is, after `Retry-After`. */
import type { Handler } from "../handler/context.ts";
import { granted } from "../handler/context.ts";
import { boundedBytes, tooLarge } from "../http/body.ts";
import { ProblemError } from "../http/problem.ts";
import { Malformed } from "../intake/malformed.ts";
import { inParts } from "../intake/parts.ts";
import { readRemoteWrite, type Version } from "../intake/remote-write.ts";
import { readSnappy } from "../intake/snappy.ts";
import { describeLeftOut, refused, senderName, write } from "../intake/writing.ts";

/** Bytes of a request, compressed and not: some times what Prometheus sends at once. */
const MOST_COMPRESSED = 4_000_000;
const MOST_BYTES = 16_000_000;
const ADVICE = "send fewer samples at once (max_samples_per_send)";

const PROTOS: Record<string, Version> = { "prometheus.WriteRequest": 1, "io.prometheus.write.v2.Request": 2 };

/** @throws ProblemError where the body is of a type, or compressed in a way, that is not read here. */
function versionOf({ headers }: Request): Version {
	const [type = "", ...parameters] = (headers.get("content-type") ?? "application/x-protobuf").split(";").map((part) => part.trim());
	const proto = parameters.map((each) => /^proto="?([\w.]+)"?$/i.exec(each)?.[1]).find(Boolean) ?? "prometheus.WriteRequest";
	const version = type.toLowerCase() === "application/x-protobuf" ? PROTOS[proto] : undefined;
	if (version === undefined) {
		const words = `remote write is application/x-protobuf, with ;proto=io.prometheus.write.v2.Request for 2.0; ${quoted(headers.get("content-type"))} is not read`;
		throw new ProblemError("media-type", words);
	}
	const encoding = headers.get("content-encoding") ?? "snappy";
	if (encoding.toLowerCase() !== "snappy")
		throw new ProblemError("media-type", `remote write has Content-Encoding snappy, not ${quoted(encoding)}`);
	return version;
}

const quoted = (text: string | null): string => JSON.stringify((text ?? "").slice(0, 100));

export const postRemoteWrite: Handler = async ({ request, cluster, actor }) => {
	const version = versionOf(request);
	const sender = senderName("remote-write", actor.name);
	const { batches, stale } = await read(await boundedBytes(request, MOST_COMPRESSED, ADVICE), version, sender);
	const written = granted(await write(batches, cluster.port));
	const headers = version === 2 ? writtenHeaders(written.samples + stale) : {};
	const left = refused(written);
	if (left.length === 0) return new Response(null, { status: 204, headers: { "Cache-Control": "no-store", ...headers } });
	throw new ProblemError("invalid", `${written.samples} samples were stored; ${describeLeftOut(left)}`, headers);
};

async function read(body: Uint8Array, version: Version, sender: string) {
	try {
		return await inParts(readRemoteWrite(readSnappy(body, MOST_BYTES), version, sender));
	} catch (error) {
		if (error instanceof RangeError) throw tooLarge(error.message, MOST_BYTES, ADVICE);
		if (error instanceof Malformed) throw new ProblemError("invalid", error.message);
		throw error;
	}
}

/** A stale marker counts as a sample that was written: what it says is known. */
function writtenHeaders(samples: number): Record<string, string> {
	const prefix = "X-Prometheus-Remote-Write";
	return {
		[`${prefix}-Samples-Written`]: String(samples),
		[`${prefix}-Histograms-Written`]: "0",
		[`${prefix}-Exemplars-Written`]: "0",
	};
}
