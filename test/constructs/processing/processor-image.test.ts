import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { validate, ValidationSeverity, ValidatorSettings } from 'dockerfile-utils';
import { FfmpegFargateService } from '../../../src/constructs/processing/ffmpeg-fargate-service';
import { ProcessingQueue } from '../../../src/constructs/queue/processing-queue';
import { VideoBucket } from '../../../src/constructs/storage/video-bucket';
import { VideoCatalog } from '../../../src/constructs/storage/video-catalog';
import { newStack, onlyResource } from '../../support/template-facts';
import { temporaryFolder } from '../../support/temporary-folder';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const SOURCE = path.join(ROOT, 'src', 'runtime', 'images', 'processor');
const ASSET = path.join(ROOT, 'assets', 'runtime', 'processor');
const dockerfile = fs.readFileSync(path.join(SOURCE, 'Dockerfile'), 'utf8');
/** Made by the build, beside what the source folder holds. */
const BUNDLES = ['index.js', 'images.js'];
const instructions = dockerfile.split('\n').filter(line => /^[A-Z]+ /.test(line));

function readJson(file: string): any {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** The last digits of the mode: setuid and friends would make it four. */
function permissionsOf(file: string): string {
  return (fs.statSync(file).mode % 0o10000).toString(8);
}

/** A build step as Docker would run it, elsewhere. */
function step(script: string, args: string[], cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(path.join(SOURCE, 'build', script), args, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Everything that the linter can also be told to ignore. */
const STRICT: ValidatorSettings = {
  deprecatedMaintainer: ValidationSeverity.ERROR,
  directiveCasing: ValidationSeverity.ERROR,
  emptyContinuationLine: ValidationSeverity.ERROR,
  instructionCasing: ValidationSeverity.ERROR,
  instructionCmdMultiple: ValidationSeverity.ERROR,
  instructionEntrypointMultiple: ValidationSeverity.ERROR,
  instructionHealthcheckMultiple: ValidationSeverity.ERROR,
  instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
  instructionWorkdirRelative: ValidationSeverity.ERROR,
};

function lint(content: string): string[] {
  return validate(content, STRICT).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
}

describe('Dockerfile', () => {
  test('lints clean', () => {
    expect(lint(dockerfile)).toEqual([]);
    // The linter does look.
    expect(lint(dockerfile.replace('WORKDIR /worker', 'WORKDIR worker'))).toEqual([expect.stringMatching(/^line \d+: WORKDIR paths should be absolute/)]);
  });

  test('fetches no program for the build that is not pinned', () => {
    expect(dockerfile).not.toMatch(/^#\s*syntax=/m);
  });

  test('every stage starts from one Debian that a digest pins', () => {
    expect(instructions.filter(line => line.startsWith('ARG'))).toEqual([expect.stringMatching(/^ARG DEBIAN=debian:trixie-\d{8}-slim@sha256:[0-9a-f]{64}$/)]);
    expect(instructions.filter(line => line.startsWith('FROM'))).toEqual(['FROM ${DEBIAN} AS dependencies', 'FROM ${DEBIAN}']);
  });

  test('the worker is not root, and owns the one folder that it may write', () => {
    const last = instructions.slice(instructions.lastIndexOf('FROM ${DEBIAN}'));
    expect(last).toEqual(expect.arrayContaining(['WORKDIR /worker', 'VOLUME /worker/scratch', 'USER 1000:1000']));
    expect(last.filter(line => line.startsWith('USER'))).toHaveLength(1);
    // What comes after a volume cannot change what is in it.
    expect(last.slice(last.indexOf('VOLUME /worker/scratch')).filter(line => /^(RUN|COPY|ADD)/.test(line))).toEqual([]);
  });

  test('does nothing itself that a script of build/ could do', () => {
    for (const line of instructions.filter(instruction => instruction.startsWith('RUN'))) {
      for (const command of line.slice(4).split(' && ')) expect(command).toMatch(/^build\/[a-z-]+\.sh( [a-z- ]+)?$|^rm -r build$/);
    }
  });

  test('copies nothing that the build context lacks or ignores', () => {
    const ignore = fs.readFileSync(path.join(SOURCE, '.dockerignore'), 'utf8');
    const copied = instructions.filter(line => line.startsWith('COPY') && !line.includes('--from'))
      .flatMap(line => line.replace(/--chmod=\d+ /, '').split(' ').slice(1, -1));
    expect(copied).toContain('ffmpeg-launcher.sh');
    for (const file of copied) {
      if (!BUNDLES.includes(file)) expect(fs.existsSync(path.join(SOURCE, file))).toBe(true);
      expect(ignore).toContain(`!${file.startsWith('build/') ? 'build/*.sh' : file}\n`);
    }
  });

  test('ends in an init that starts the bundle', () => {
    expect(dockerfile).toContain('ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/node", "/opt/processor/index.js"]');
  });
});

describe('what npm installs', () => {
  const lock = readJson(path.join(SOURCE, 'package-lock.json'));

  test('is the one version of sharp that the tests run with', () => {
    const { dependencies } = readJson(path.join(SOURCE, 'package.json'));
    expect(dependencies).toEqual({ sharp: readJson(path.join(ROOT, 'node_modules', 'sharp', 'package.json')).version });
    expect(lock.packages[''].dependencies).toEqual(dependencies);
  });

  test('is locked with checksums, for both architectures, and names no registry', () => {
    const packages = Object.entries<any>(lock.packages).filter(([name]) => name !== '');
    for (const [name, { integrity, resolved }] of packages) {
      expect([name, integrity]).toEqual([name, expect.stringMatching(/^sha512-/)]);
      expect([name, resolved]).toEqual([name, undefined]);
    }
    for (const platform of ['x64', 'arm64']) {
      expect(packages.map(([name]) => name)).toEqual(expect.arrayContaining([`node_modules/@img/sharp-linux-${platform}`, `node_modules/node-linux-${platform}`]));
    }
  });
});

describe('build steps, outside Docker', () => {
  test('are plain sh', () => {
    const scripts = fs.readdirSync(path.join(SOURCE, 'build'));
    expect(scripts.sort()).toEqual(['harden.sh', 'install-dependencies.sh', 'install-packages.sh', 'remove-drivers.sh', 'verify.sh']);
    for (const script of scripts) {
      const file = path.join(SOURCE, 'build', script);
      execFileSync('sh', ['-n', file]);
      expect(fs.readFileSync(file, 'utf8')).toMatch(/^#!\/bin\/sh\n[^]*\nset -eu\n/);
      expect(permissionsOf(file)).toBe('755');
    }
  });

  test('install what the lock says, and what is installed passes the verification', () => {
    const folder = temporaryFolder('processor-image');
    fs.cpSync(SOURCE, folder, { recursive: true });
    for (const bundle of BUNDLES) fs.writeFileSync(path.join(folder, bundle), 'process.exitCode = 0;\n');
    fs.chmodSync(path.join(folder, 'ffmpeg-launcher.sh'), 0o755);
    const installed = step('install-dependencies.sh', [], folder);
    expect(installed).toMatchObject({ status: 0 });
    expect(execFileSync(path.join(folder, 'bin', 'node'), ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    expect(fs.readdirSync(path.join(folder, 'node_modules', '@img')).filter(name => /musl|wasm/.test(name))).toEqual([]);
    expect(step('verify.sh', [folder], folder)).toEqual({ status: 0, output: 'verify: the image has what the processor needs\n' });
  }, 120_000);

  test.each([
    ['no bundle', (folder: string) => fs.rmSync(path.join(folder, 'index.js')), /there is no bundle/],
    ['no image process', (folder: string) => fs.rmSync(path.join(folder, 'images.js')), /there is no bundle at .*images\.js/],
    ['a bundle that is no program', (folder: string) => fs.writeFileSync(path.join(folder, 'index.js'), 'not a program'), /is not a program/],
    ['a launcher that cannot be started', (folder: string) => fs.chmodSync(path.join(folder, 'ffmpeg-launcher.sh'), 0o644), /is not executable/],
  ])('the verification refuses %s', (_name, spoil, message) => {
    const folder = temporaryFolder('processor-image');
    fs.cpSync(SOURCE, folder, { recursive: true });
    for (const bundle of BUNDLES) fs.writeFileSync(path.join(folder, bundle), 'process.exitCode = 0;\n');
    spoil(folder);
    const { status, output } = step('verify.sh', [folder], folder);
    expect(status).toBe(1);
    expect(output).toMatch(message);
  });

  test('make a scratch folder of the worker alone, and leave no program that lends rights', () => {
    const folder = temporaryFolder('processor-image');
    fs.writeFileSync(path.join(folder, 'su'), '');
    fs.chmodSync(path.join(folder, 'su'), 0o4755);
    expect(step('harden.sh', [folder, String(process.getuid!())], folder)).toMatchObject({ status: 0 });
    expect(permissionsOf(path.join(folder, 'su'))).toBe('755');
    const scratch = path.join(folder, 'worker', 'scratch');
    expect([permissionsOf(scratch), fs.statSync(scratch).uid]).toEqual(['700', process.getuid!()]);
  });

  test('installing no package is a mistake', () => {
    expect(step('install-packages.sh', [], ROOT)).toMatchObject({ status: 64 });
  });
});

describe('image asset', () => {
  function hash(directory: string): string {
    return new DockerImageAsset(newStack(), 'Image', { directory }).assetHash;
  }

  test('its hash follows what belongs to the image, and nothing else', () => {
    const folder = temporaryFolder('processor-image');
    fs.cpSync(SOURCE, folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'index.js'), '1;');
    const before = hash(folder);
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'stray');
    fs.mkdirSync(path.join(folder, 'node_modules'));
    fs.writeFileSync(path.join(folder, 'node_modules', 'stray.js'), 'stray');
    expect(hash(folder)).toBe(before);
    fs.appendFileSync(path.join(folder, 'build', 'verify.sh'), '# changed\n');
    expect(hash(folder)).not.toBe(before);
  });

  test.each([
    ['linux/arm64', undefined], ['linux/arm64', ecs.CpuArchitecture.of('ARM64')], ['linux/amd64', ecs.CpuArchitecture.X86_64],
  ])('is what the service runs by default, built for %s, without Docker at synthesis', (platform, cpuArchitecture) => {
    const stack = newStack({ env: { account: '111122223333', region: 'eu-west-1' } });
    new FfmpegFargateService(stack, 'Processor', {
      bucket: new VideoBucket(stack, 'Videos'), catalog: new VideoCatalog(stack, 'Catalog'), queue: new ProcessingQueue(stack, 'Jobs'), cpuArchitecture,
    });
    const template = Template.fromStack(stack);
    const { directory } = (App.of(stack) as App).synth();
    const images = Object.values<any>(readJson(path.join(directory, 'Stack.assets.json')).dockerImages);
    expect(images.map(image => image.source.platform)).toEqual([platform]);
    const [container] = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
    expect(JSON.stringify(container.Image)).toContain('container-assets-111122223333-eu-west-1');
    // The check of the image, for those who run it elsewhere, is that of the task.
    expect(dockerfile).toContain(`CMD ${container.HealthCheck.Command[1]}`);
    const [{ ContainerPath }] = container.MountPoints;
    expect(instructions).toContain(`VOLUME ${ContainerPath}`);
  });

  test('the bundle brings every file that the image copies', () => {
    for (const file of ['Dockerfile', '.dockerignore', 'index.js', 'ffmpeg-launcher.sh', 'package.json', 'package-lock.json', 'build/verify.sh']) {
      expect([file, fs.existsSync(path.join(ASSET, file))]).toEqual([file, true]);
    }
  });
});
