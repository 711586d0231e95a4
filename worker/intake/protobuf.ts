/** Protobuf messages, read by tables of fields. `pbf` reads the values; bounds and wire types, which it does not check, are checked here. */
import { PbfReader } from "pbf";
import { Malformed } from "./malformed.ts";

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;
/** Numbers one by one, or packed. */
export const REPEATED = -1;

/** By number: its wire type, and what is done with its value. */
export type Fields<T> = Readonly<Record<number, readonly [wire: number, read: (pbf: PbfReader, into: T) => void]>>;

/** @throws Malformed where the bytes are no such message. */
export function readProtobuf<T>(bytes: Uint8Array, fields: Fields<T>, into: T): T {
	for (const _ of readInParts(bytes, fields, into));
	return into;
}

/** The same, with a pause after each of its fields. */
export function* readInParts<T>(bytes: Uint8Array, fields: Fields<T>, into: T): Generator<void, void, void> {
	const pbf = new PbfReader(bytes);
	try {
		for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
			readField(pbf, fields, into, tag);
			yield;
		}
		requireEnd(pbf, bytes.length);
	} catch (error) {
		if (error instanceof Malformed) throw error;
		throw new Malformed(`the body is no protobuf message: ${(error as Error).message}`);
	}
}

/** A message within a message. */
export function readEmbedded<T>(pbf: PbfReader, fields: Fields<T>, into: T): T {
	const end = pbf.readVarint() + pbf.pos;
	return readUntil(pbf, fields, into, end);
}

function readUntil<T>(pbf: PbfReader, fields: Fields<T>, into: T, end: number): T {
	if (end > pbf.length) throw new Malformed("a protobuf message is cut off");
	for (let tag = pbf.nextField(end); tag !== 0; tag = pbf.nextField(end)) readField(pbf, fields, into, tag);
	requireEnd(pbf, end);
	return into;
}

function readField<T>(pbf: PbfReader, fields: Fields<T>, into: T, tag: number): void {
	const field = fields[tag];
	if (!field) return;
	const [wire, read] = field;
	if (wire === REPEATED ? pbf.type > BYTES && pbf.type !== FIXED32 : pbf.type !== wire)
		throw new Malformed(`field ${tag} of a protobuf message has wire type ${pbf.type}`);
	read(pbf, into);
}

function requireEnd(pbf: PbfReader, end: number): void {
	if (pbf.pos !== end) throw new Malformed("a protobuf message is cut off, or longer than it says");
}

type Field<Into> = readonly [wire: number, read: (pbf: PbfReader, into: Into) => void];

/** A field whose value goes under a key. */
export function keyed<K extends string, V>(wire: number, key: K, read: (pbf: PbfReader) => V): Field<{ [Key in K]?: V | undefined }> {
	return [
		wire,
		(pbf, into) => {
			into[key] = read(pbf);
		},
	];
}

export const text = <K extends string>(key: K) => keyed(BYTES, key, (pbf) => pbf.readString());
export const integer = <K extends string>(key: K) => keyed(VARINT, key, (pbf) => pbf.readVarint(true));
export const boolean = <K extends string>(key: K) => keyed(VARINT, key, (pbf) => pbf.readBoolean());
export const double = <K extends string>(key: K) => keyed(FIXED64, key, (pbf) => pbf.readDouble());
export const fixed64 = <K extends string>(key: K) => keyed(FIXED64, key, (pbf) => pbf.readFixed64());
export const signedFixed64 = <K extends string>(key: K) => keyed(FIXED64, key, (pbf) => pbf.readSFixed64());
export const embedded = <K extends string, T>(key: K, fields: Fields<T>, make: () => T) =>
	keyed(BYTES, key, (pbf) => readEmbedded(pbf, fields, make()));

/** A list of messages under a key. */
export function repeated<K extends string, T>(key: K, fields: Fields<T>, make: () => T): Field<Record<K, T[]>> {
	return [BYTES, (pbf, into) => void into[key].push(readEmbedded(pbf, fields, make()))];
}

/** Numbers one by one or packed, under a key. */
export function numbers<K extends string>(key: K, read: (pbf: PbfReader, into: number[]) => unknown): Field<Record<K, number[]>> {
	return [REPEATED, (pbf, into) => void read(pbf, into[key])];
}
