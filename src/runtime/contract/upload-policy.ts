/** What may be uploaded: extension and media type, side by side. */
export const ACCEPTED_TYPES: Readonly<Record<string, readonly string[]>> = {
  mp4: ['video/mp4'],
  m4v: ['video/x-m4v', 'video/mp4'],
  mov: ['video/quicktime'],
  avi: ['video/x-msvideo', 'video/avi', 'video/msvideo'],
  webm: ['video/webm'],
  mkv: ['video/x-matroska', 'video/matroska'],
  flv: ['video/x-flv'],
  wmv: ['video/x-ms-wmv'],
};
