/** Small objects of the video bucket, as text: playlists and documents, never media. */
export interface ObjectReader {
  /**
   * Undefined when there is no such object.
   *
   * @throws PermanentError when it has more than `maxBytes`: nothing is read then.
   */
  read(key: string, maxBytes: number): Promise<string | undefined>;
}
