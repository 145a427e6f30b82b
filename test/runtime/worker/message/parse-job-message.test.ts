import { MalformedMessageError } from '../../../../src/runtime/domain/errors';
import { parseJobMessage } from '../../../../src/runtime/worker/message/parse-job-message';
import { BUCKET, objectCreated, VIDEO_ID } from '../support/events';
import { changedEvent, MALFORMED } from '../support/malformed-messages';

const parse = (body: string) => parseJobMessage(body, BUCKET);

describe('a message that is a job', () => {
  test('is read with its video id', () => {
    const { videoId, event } = parse(JSON.stringify(objectCreated()));
    expect(videoId).toBe(VIDEO_ID);
    expect(event.detail.object['version-id']).toBe('v1');
  });

  test('may lack etag and version id, as in an unversioned bucket', () => {
    const { event } = parse(changedEvent(({ detail }) => {
      delete detail.object.etag;
      delete detail.object['version-id'];
    }));
    expect(event.detail.object['version-id']).toBeUndefined();
  });

  test('loses a forged owner: nothing but the named fields is kept', () => {
    const { event } = parse(changedEvent(message => {
      message.ownerId = 'mallory';
      message.detail.ownerId = 'mallory';
      message.detail.object.ownerId = 'mallory';
    }));
    expect(JSON.stringify(event)).not.toContain('mallory');
  });
});

describe('a message that is no job is malformed', () => {
  test.each(Object.entries(MALFORMED))('%s', (_name, body) => {
    expect(() => parse(body)).toThrow(MalformedMessageError);
  });

  test('the error says what is wrong without quoting the message', () => {
    const body = changedEvent(event => { event.source = 'secret-value'; });
    expect(() => parse(body)).toThrow(/source must be "aws\.s3"/);
    expect(() => parse(body)).not.toThrow(/secret-value/);
  });
});
