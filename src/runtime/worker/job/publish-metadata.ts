import { epochMetadataKey, metadataKey } from '../../contract';
import { ObjectStore } from '../../ports/object-store';

/** Puts the published epoch's document where `metadata/{videoId}.json` is looked for. The same copy twice is the same. */
export async function publishMetadata(
  { store }: { readonly store: ObjectStore }, videoId: string, epoch: number, retrying: <T>(step: () => Promise<T>) => Promise<T>,
): Promise<void> {
  await retrying(() => store.copy(epochMetadataKey(videoId, epoch), metadataKey(videoId)));
}
