/** How large a source may be. Constructs validate against these, the uploader binds one into the form, the worker's disk follows. */
const MIB = 1024 * 1024;

/** Bytes of the largest source, unless `maxUploadSize` says otherwise. */
export const DEFAULT_UPLOAD_BYTES = 500 * MIB;
/** Bytes of the smallest source: an empty object is no video. */
export const SMALLEST_UPLOAD_BYTES = 1;
/** 5 GiB: the largest object of a single POST or PUT (Amazon S3 user guide, "Uploading objects"). */
export const LARGEST_UPLOAD_BYTES = 5 * 1024 * MIB;
