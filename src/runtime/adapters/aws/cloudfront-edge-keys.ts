// Registers the signer of Signature Version 4A, which the key value store alone wants.
import '@aws-sdk/signature-v4a';
import {
  CloudFrontClient, CreateKeyGroupCommand, CreatePublicKeyCommand, DeleteKeyGroupCommand, DeletePublicKeyCommand, GetKeyGroupCommand,
  GetPublicKeyCommand, ListKeyGroupsCommand, ListPublicKeysCommand, PublicKeySummary, UpdateKeyGroupCommand,
} from '@aws-sdk/client-cloudfront';
import {
  CloudFrontKeyValueStoreClient, DescribeKeyValueStoreCommand, ListKeysCommand, UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EdgeKeys } from '../../ports/edge-keys';

export interface EdgeClients {
  readonly cloudFront: CloudFrontClient;
  readonly store: CloudFrontKeyValueStoreClient;
}

export interface EdgeKeysOptions {
  /** Begins the name of each key, and is the name of the group: unique in the account. */
  readonly namePrefix: string;
  readonly storeArn: string;
}

/** CloudFront is one service for all regions, and answers from us-east-1. */
export function createEdgeClients(): EdgeClients {
  const common = { region: 'us-east-1', maxAttempts: 5 };
  return { cloudFront: new CloudFrontClient(common), store: new CloudFrontKeyValueStoreClient(common) };
}

export class CloudFrontEdgeKeys implements EdgeKeys {
  constructor(private readonly clients: EdgeClients, private readonly options: EdgeKeysOptions) {}

  async publish(id: string, publicKeyPem: string): Promise<string> {
    const Name = `${this.options.namePrefix}-${id}`;
    const { PublicKey } = await this.clients.cloudFront.send(new CreatePublicKeyCommand({
      PublicKeyConfig: { Name, CallerReference: Name, EncodedKey: publicKeyPem, Comment: 'Signed playback; made and removed by the signing function' },
    }));
    return PublicKey!.Id!;
  }

  async createGroup(publicKeyIds: readonly string[]): Promise<string> {
    const found = await this.findGroup();
    if (found) {
      await this.setGroup(found, publicKeyIds);
      return found;
    }
    const { KeyGroup } = await this.clients.cloudFront.send(new CreateKeyGroupCommand({ KeyGroupConfig: this.groupConfig(publicKeyIds) }));
    return KeyGroup!.Id!;
  }

  async groupHolds(Id: string, publicKeyIds: readonly string[]): Promise<boolean> {
    const { KeyGroup } = await this.clients.cloudFront.send(new GetKeyGroupCommand({ Id }));
    return sameMembers(KeyGroup!.KeyGroupConfig!.Items ?? [], publicKeyIds);
  }

  async setGroup(keyGroupId: string, publicKeyIds: readonly string[]): Promise<void> {
    const { cloudFront } = this.clients;
    const { KeyGroup, ETag } = await cloudFront.send(new GetKeyGroupCommand({ Id: keyGroupId }));
    if (sameMembers(KeyGroup!.KeyGroupConfig!.Items ?? [], publicKeyIds)) return;
    await cloudFront.send(new UpdateKeyGroupCommand({ Id: keyGroupId, IfMatch: ETag, KeyGroupConfig: this.groupConfig(publicKeyIds) }));
  }

  async setTokenKeys(keys: Readonly<Record<string, string>>): Promise<void> {
    const { store } = this.clients;
    const KvsARN = this.options.storeArn;
    const { Items = [] } = await store.send(new ListKeysCommand({ KvsARN }));
    const stored = Object.fromEntries(Items.map(({ Key, Value }) => [Key!, Value!]));
    const Puts = Object.entries(keys).filter(([key, value]) => stored[key] !== value).map(([Key, Value]) => ({ Key, Value }));
    const Deletes = Object.keys(stored).filter(key => keys[key] === undefined).map(Key => ({ Key }));
    if (Puts.length + Deletes.length === 0) return;
    const { ETag } = await store.send(new DescribeKeyValueStoreCommand({ KvsARN }));
    await store.send(new UpdateKeysCommand({ KvsARN, IfMatch: ETag, Puts, Deletes }));
  }

  async removeOthers(publicKeyIds: readonly string[]): Promise<void> {
    for (const { Id } of await this.publishedKeys()) {
      if (!publicKeyIds.includes(Id!)) await this.deleteKey(Id!);
    }
  }

  async removeAll(): Promise<void> {
    const { cloudFront } = this.clients;
    const groupId = await this.findGroup();
    if (groupId) {
      const { ETag } = await cloudFront.send(new GetKeyGroupCommand({ Id: groupId }));
      await cloudFront.send(new DeleteKeyGroupCommand({ Id: groupId, IfMatch: ETag }));
    }
    await this.removeOthers([]);
  }

  private async deleteKey(Id: string): Promise<void> {
    const { cloudFront } = this.clients;
    const { ETag } = await cloudFront.send(new GetPublicKeyCommand({ Id }));
    await cloudFront.send(new DeletePublicKeyCommand({ Id, IfMatch: ETag }));
  }

  /** An account has ten public keys and ten key groups unless it asked for more (CloudFront quotas), so pages are few. */
  private async publishedKeys(): Promise<PublicKeySummary[]> {
    const keys: PublicKeySummary[] = [];
    let Marker: string | undefined;
    do {
      const { PublicKeyList } = await this.clients.cloudFront.send(new ListPublicKeysCommand({ Marker }));
      keys.push(...(PublicKeyList?.Items ?? []).filter(({ Name }) => Name?.startsWith(`${this.options.namePrefix}-`)));
      Marker = PublicKeyList?.NextMarker;
    } while (Marker);
    return keys;
  }

  private async findGroup(): Promise<string | undefined> {
    let Marker: string | undefined;
    do {
      const { KeyGroupList } = await this.clients.cloudFront.send(new ListKeyGroupsCommand({ Marker }));
      const found = KeyGroupList?.Items?.find(({ KeyGroup }) => KeyGroup?.KeyGroupConfig?.Name === this.options.namePrefix);
      if (found) return found.KeyGroup!.Id!;
      Marker = KeyGroupList?.NextMarker;
    } while (Marker);
    return undefined;
  }

  private groupConfig(publicKeyIds: readonly string[]) {
    return { Name: this.options.namePrefix, Comment: 'Signed playback; changed by the signing function', Items: [...publicKeyIds] };
  }
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every(each => right.includes(each));
}
