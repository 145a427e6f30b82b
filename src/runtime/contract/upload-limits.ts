/** How large a source may be. Constructs validate against these, the uploader binds one into the form, the worker's disk follows. */
const MIB = 1024 * 1024;

/** Bytes of the largest source, unless `maxUploadSize` says otherwise. */
export const DEFAULT_UPLOAD_BYTES = 500 * MIB;
/** Bytes of the smallest source: an empty object is no video. */
export const SMALLEST_UPLOAD_BYTES = 1;
/** 5 GiB: the largest object of a single POST or PUT (Amazon S3 user guide, "Uploading objects"). */
export const LARGEST_UPLOAD_BYTES = 5 * 1024 * MIB;

/** Larger files go up in parts: a broken connection then costs one part, not the file. */
export const MULTIPART_THRESHOLD_BYTES = 64 * MIB;
/** Most parts of one upload: what one page of `ListParts` holds (Amazon S3 API reference, "ListParts"), so one request lists them all. */
export const MOST_PARTS = 1000;
/** S3 takes no part below 5 MiB but the last (Amazon S3 user guide, "Multipart upload limits"); fewer, larger parts cost fewer requests. */
const SMALLEST_PART_BYTES = 8 * MIB;

/** Bytes of every part but the last, in whole MiB. */
export function partSizeFor(sizeBytes: number): number {
  return Math.max(SMALLEST_PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);
}
