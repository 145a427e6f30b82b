/** Time-limited permission to upload, for those who hold no credentials. */
export interface UploadForm {
  readonly url: string;
  /** Form fields to send before the file, as they are. */
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface UploadFormRequest {
  readonly key: string;
  readonly contentType: string;
  /** Bytes that the form accepts: exactly these. */
  readonly sizeBytes: number;
  readonly seconds: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface UploadSigner {
  signForm(request: UploadFormRequest): Promise<UploadForm>;
}
