import { Command, InvalidArgumentError, Option } from 'commander';
import { doctor } from './commands/doctor';
import { localEnvironment } from './commands/local-env';
import { signIn } from './commands/sign-in';
import { upload } from './commands/upload';
import { addUser } from './commands/user-add';
import { listVideos, openVideo } from './commands/videos';
import { EXIT } from './errors';
import { Output } from './terminal/output';

const EXIT_STATUS = `
Exit status:
  0  it worked
  1  the platform, AWS or the network failed
  2  wrong use, or a file that is no video or too large
  3  you have to sign in
  4  no credentials, or no such stack, platform or video
  5  doctor found something to fix`;

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}

/** @param done takes the exit status */
export function createProgram(version: string, done: (status: number) => void): Command {
  const program = new Command('cdk-video-platform')
    .description('Signs in to a video platform, uploads to it and looks after it: in an AWS account or on this machine.')
    .version(version)
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', `${EXIT_STATUS}\n\nFrom nothing to the first video:\n  doctor · cdk deploy · user add you@example.com · sign-in · upload video.mp4`)
    .configureHelp({ showGlobalOptions: true })
    // Said by `main`, in the form of every other failure.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  const output = () => new Output(Boolean(program.opts().json));

  onPlatform(program.command('doctor').summary('check an account before a deployment, or a local platform'))
    .description('Checks what a deployment needs, and says how to get what is missing: credentials, CDK bootstrap, a container builder\n'
      + 'for the worker, the service-linked role of ECS, the log role of API Gateway, Fargate quotas. With --local: ffmpeg and the platform.')
    .addOption(new Option('--architecture <name>', 'of the worker').choices(['arm64', 'x86_64']).default('arm64'))
    .option('--qualifier <text>', 'of the CDK bootstrap', 'hnb659fds')
    .option('--vcpus <n>', 'that workers take at once', wholeNumber, 8)
    .action(async options => done(await doctor(options, output())));

  const user = program.command('user').summary('add users').description('Looks after the users of a platform.');
  onPlatform(user.command('add <email>').summary('add a user').description('Adds a user, who gets a mail with a temporary password.'))
    .action((email, options) => addUser(email, options, output()));

  onPlatform(program.command('sign-in').summary('sign in with your browser'))
    .description('Opens the sign-in page in your browser (authorization code with PKCE) and keeps the tokens in a file that only you can read.')
    .option('--url <url>', 'of a platform with a web console; needs no AWS credentials')
    .option('--no-browser', 'only print the URL')
    .action(options => signIn(options, output()));

  program.command('upload <file...>').summary('upload videos and wait until they can be played')
    .description('Uploads videos, waits until they can be played and prints the URL of the playlist.')
    .option('--title <text>', 'of the video (default: the name of the file)')
    .option('--no-wait', 'do not wait for the processing')
    .option('--url <url>', 'of the platform (default: the one signed in to last)')
    .action((files, options) => upload(files, options, output()));

  program.command('videos').summary('list your videos').description('Lists your videos, newest first.')
    .option('--limit <n>', 'at most so many', wholeNumber, 20)
    .option('--url <url>', 'of the platform (default: the one signed in to last)')
    .action(options => listVideos(options, output()));

  program.command('open <video-id>').summary('watch a video in your browser').description('Opens the page of a video.')
    .option('--no-browser', 'only print the URL')
    .option('--url <url>', 'of the platform (default: the one signed in to last)')
    .action((videoId, options) => openVideo(videoId, options, output()));

  const local = program.command('local').summary('look into a local platform').description("Looks into a local platform ('npm run demo').");
  local.command('env').summary('print the environment for the AWS CLI')
    .description('Prints endpoint, key, bucket, queue and table as shell variables: eval "$(cdk-video-platform local env)"')
    .option('--state <dir>', 'state folder of the platform (default: the only one that runs)')
    .action(options => localEnvironment(options, output()));
  return program;
}

/** Which platform, and with which credentials. */
function onPlatform(command: Command): Command {
  return command
    .option('--stack <name>', 'stack that holds the platform (default: the only one in the region)')
    .option('--region <name>', 'of the stack (default: as the AWS CLI)')
    .option('--profile <name>', 'of the AWS CLI')
    .option('--local', 'the local platform')
    .option('--state <dir>', 'state folder of the local platform');
}

/** Commander's own refusals are wrong use; help and version are none. */
export function statusOf(exitCode: number): number {
  return exitCode === 0 ? EXIT.ok : EXIT.usage;
}
