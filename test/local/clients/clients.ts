/** What a developer does, in the words of each client. Every script fails unless the result is right. */
export type Operation =
  | 'list buckets' | 'put and get' | 'list objects' | 'put in parts' | 'get one part' | 'copy' | 'delete' | 'list versions' | 'jobs' | 'catalog';

export const OPERATIONS: readonly Operation[] = [
  'list buckets', 'put and get', 'list objects', 'put in parts', 'get one part', 'copy', 'delete', 'list versions', 'jobs', 'catalog',
];

export interface Client {
  readonly name: string;
  /** Prints the version when the client is there; `$CLIENT` is what it was found as. */
  readonly find: string;
  readonly install: string;
  readonly scripts: Readonly<Partial<Record<Operation, string>>>;
}

/** Before every script: `small` (a line) and `big` (9 MB) stand in the current folder, and both are in the bucket below `given/`. */
const program = '$CLIENT --endpoint-url $AWS_ENDPOINT_URL';
const aws: Client['scripts'] = {
  'list buckets': `${program} s3 ls | grep -q " $VIDEO_BUCKET$"`,
  'put and get': `${program} s3 cp small s3://$VIDEO_BUCKET/c/small && ${program} s3 cp s3://$VIDEO_BUCKET/c/small got && cmp small got`,
  'list objects': `${program} s3 ls s3://$VIDEO_BUCKET/given/ | grep -q "6 small$" && ${program} s3api list-objects --bucket $VIDEO_BUCKET --prefix given/ | grep -q given/big`,
  'put in parts': `${program} s3 cp big s3://$VIDEO_BUCKET/c/big && ${program} s3 cp s3://$VIDEO_BUCKET/c/big got && cmp big got`,
  'get one part': `${program} s3api get-object --bucket $VIDEO_BUCKET --key given/big --part-number 2 got | grep -q '"PartsCount": 2' && tail -c +5242881 big | cmp - got`,
  copy: `${program} s3 cp s3://$VIDEO_BUCKET/given/big s3://$VIDEO_BUCKET/c/copy && ${program} s3 cp s3://$VIDEO_BUCKET/c/copy got && cmp big got`,
  delete: `${program} s3 rm --recursive s3://$VIDEO_BUCKET/c/ && test -z "$(${program} s3 ls s3://$VIDEO_BUCKET/c/)"`,
  'list versions': `${program} s3api list-object-versions --bucket $VIDEO_BUCKET --prefix given/ | grep -q '"IsLatest": true'`,
  jobs: `${program} sqs send-message --queue-url $JOB_QUEUE_URL --message-body 'a <job> & more' && ${program} sqs receive-message --queue-url $JOB_QUEUE_URL --wait-time-seconds 2 --attribute-names All | grep -q 'a <job> & more'`
    + ` && ${program} sqs get-queue-attributes --queue-url $JOB_QUEUE_URL --attribute-names All | grep -q ApproximateNumberOfMessagesNotVisible && ${program} sqs purge-queue --queue-url $JOB_QUEUE_URL`,
  catalog: `${program} dynamodb put-item --table-name $CATALOG_TABLE --item '{"pk":{"S":"p"},"sk":{"S":"s"}}' && ${program} dynamodb query --table-name $CATALOG_TABLE --key-condition-expression 'pk = :p' --expression-attribute-values '{":p":{"S":"p"}}' | grep -q '"Count": 1'`,
};

const python = (code: string): string => 'python3 - <<\'PYTHON\'\nimport boto3, os\nfrom boto3.s3.transfer import TransferConfig\n'
  + "bucket, queue, table = os.environ['VIDEO_BUCKET'], os.environ['JOB_QUEUE_URL'], os.environ['CATALOG_TABLE']\n"
  + "url = os.environ['AWS_ENDPOINT_URL']\ns3 = boto3.client('s3', endpoint_url=url)\n"
  + `${code}\nPYTHON`;

const rclone = 'rclone --config /dev/null --retries 1 --s3-provider Other --s3-env-auth --s3-endpoint $AWS_ENDPOINT_URL --s3-region $AWS_REGION --s3-no-check-bucket';
const s3cmd = 's3cmd --config=/dev/null --access_key=$AWS_ACCESS_KEY_ID --secret_key=$AWS_SECRET_ACCESS_KEY --no-ssl --region=$AWS_REGION'
  + ' --host=${AWS_ENDPOINT_URL#http://} --host-bucket=${AWS_ENDPOINT_URL#http://}';
/** Curl 7.88 does not send the hash that S3 asks for. */
const curl = 'curl -sS --fail-with-body --aws-sigv4 aws:amz:$AWS_REGION:s3 --user $AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY -H x-amz-content-sha256:UNSIGNED-PAYLOAD';

export const CLIENTS: readonly Client[] = [
  { name: 'AWS CLI 2', find: '$CLIENT --version | grep -o "aws-cli/2[^ ]*"', install: 'apt-get install awscli', scripts: aws },
  { name: 'AWS CLI 1', find: '$CLIENT --version | grep -o "aws-cli/1[^ ]*"', install: 'pip install awscli', scripts: aws },
  {
    name: 'boto3',
    find: 'python3 -c "import boto3; print(boto3.__version__)"',
    install: 'pip install boto3',
    scripts: {
      'list buckets': python("assert bucket in [each['Name'] for each in s3.list_buckets()['Buckets']]"),
      'put and get': python("s3.put_object(Bucket=bucket, Key='p/small', Body=open('small', 'rb'), ACL='private')\nassert s3.get_object(Bucket=bucket, Key='p/small')['Body'].read() == b'small\\n'"),
      'list objects': python("assert [each['Key'] for each in s3.list_objects(Bucket=bucket, Prefix='given/')['Contents']] == ['given/big', 'given/small']"),
      'put in parts': python("s3.upload_file('big', bucket, 'p/big', Config=TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880))\n"
        + "s3.download_file(bucket, 'p/big', 'got')\nassert open('got', 'rb').read() == open('big', 'rb').read()"),
      'get one part': python("assert s3.get_object(Bucket=bucket, Key='given/big', PartNumber=2)['Body'].read() == open('big', 'rb').read()[5242880:]\n"
        + "assert s3.head_object(Bucket=bucket, Key='given/big', PartNumber=1)['PartsCount'] == 2"),
      copy: python("s3.copy({'Bucket': bucket, 'Key': 'given/big'}, bucket, 'p/copy')\nassert s3.head_object(Bucket=bucket, Key='p/copy')['ContentLength'] == 9000000"),
      delete: python("s3.delete_objects(Bucket=bucket, Delete={'Objects': [{'Key': 'p/small'}, {'Key': 'p/big'}, {'Key': 'p/copy'}]})\n"
        + "assert s3.list_objects_v2(Bucket=bucket, Prefix='p/')['KeyCount'] == 0"),
      'list versions': python("assert len(s3.list_object_versions(Bucket=bucket, Prefix='given/')['Versions']) == 2"),
      jobs: python("sqs = boto3.client('sqs', endpoint_url=url)\nsqs.send_message(QueueUrl=queue, MessageBody='hello', MessageAttributes={'a': {'DataType': 'String', 'StringValue': 'b'}})\n"
        + "message = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=['All'], WaitTimeSeconds=2)['Messages'][0]\nassert (message['Body'], message['MessageAttributes']['a']['StringValue']) == ('hello', 'b')\n"
        + "sqs.delete_message(QueueUrl=queue, ReceiptHandle=message['ReceiptHandle'])"),
      catalog: python("rows = boto3.resource('dynamodb', endpoint_url=url).Table(table)\nrows.put_item(Item={'pk': 'b', 'sk': 's', 'n': 1})\nassert rows.get_item(Key={'pk': 'b', 'sk': 's'})['Item']['n'] == 1"),
    },
  },
  {
    name: 'rclone',
    find: 'rclone version | sed -n 1p',
    install: 'apt-get install rclone',
    scripts: {
      'list buckets': `${rclone} lsd :s3: | grep -q " $VIDEO_BUCKET$"`,
      'put and get': `${rclone} copyto small :s3:$VIDEO_BUCKET/r/small && test "$(${rclone} cat :s3:$VIDEO_BUCKET/r/small)" = small`,
      'list objects': `${rclone} ls :s3:$VIDEO_BUCKET/given | grep -q "9000000 big$"`,
      'put in parts': `${rclone} copyto big :s3:$VIDEO_BUCKET/r/big --s3-upload-cutoff 5M --s3-chunk-size 5M && ${rclone} check . :s3:$VIDEO_BUCKET/r --download --include big`,
      copy: `${rclone} copyto :s3:$VIDEO_BUCKET/given/big :s3:$VIDEO_BUCKET/r/copy && ${rclone} copyto :s3:$VIDEO_BUCKET/r/copy got && cmp big got`,
      delete: `${rclone} purge :s3:$VIDEO_BUCKET/r && test -z "$(${rclone} ls :s3:$VIDEO_BUCKET/r 2>/dev/null)"`,
      'list versions': `${rclone} ls :s3:$VIDEO_BUCKET/given --s3-versions | grep -q small`,
    },
  },
  {
    name: 's3cmd',
    find: 's3cmd --version',
    install: 'apt-get install s3cmd',
    scripts: {
      'list buckets': `${s3cmd} ls | grep -q "s3://$VIDEO_BUCKET$"`,
      'put and get': `${s3cmd} put small s3://$VIDEO_BUCKET/s/small && ${s3cmd} get --force s3://$VIDEO_BUCKET/s/small got && cmp small got`,
      'list objects': `${s3cmd} ls s3://$VIDEO_BUCKET/given/ | grep -q given/small`,
      'put in parts': `${s3cmd} put big s3://$VIDEO_BUCKET/s/big --multipart-chunk-size-mb=5 && ${s3cmd} get --force s3://$VIDEO_BUCKET/s/big got && cmp big got`,
      copy: `${s3cmd} cp s3://$VIDEO_BUCKET/given/small s3://$VIDEO_BUCKET/s/copy && ${s3cmd} get --force s3://$VIDEO_BUCKET/s/copy got && cmp small got`,
      delete: `${s3cmd} del -r -f s3://$VIDEO_BUCKET/s/ && test -z "$(${s3cmd} ls s3://$VIDEO_BUCKET/s/)"`,
    },
  },
  {
    name: 'curl',
    find: 'curl --version | sed -n 1p | cut -d" " -f2 && curl --help all | grep aws-sigv4 > /dev/null',
    install: 'apt-get install curl',
    scripts: {
      'list buckets': `${curl} $AWS_ENDPOINT_URL/ | grep -q "<Name>$VIDEO_BUCKET</Name>"`,
      'put and get': `${curl} -T small $AWS_ENDPOINT_URL/$VIDEO_BUCKET/u/small && ${curl} -o got $AWS_ENDPOINT_URL/$VIDEO_BUCKET/u/small && cmp small got`,
      'list objects': `${curl} "$AWS_ENDPOINT_URL/$VIDEO_BUCKET?list-type=2&prefix=given%2F" | grep -q "<KeyCount>2</KeyCount>"`,
      'get one part': `${curl} -o got "$AWS_ENDPOINT_URL/$VIDEO_BUCKET/given/big?partNumber=2" && tail -c +5242881 big | cmp - got`,
      delete: `${curl} -X DELETE $AWS_ENDPOINT_URL/$VIDEO_BUCKET/u/small`,
    },
  },
];
