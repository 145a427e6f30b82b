import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAUNCHER } from '../../../support/test-transcoder';

function launch(...args: string[]) {
  const { status, signal, stdout, stderr } = spawnSync(LAUNCHER, args, { encoding: 'utf8' });
  return { status, signal, stdout, stderr };
}

describe('ffmpeg-launcher.sh', () => {
  test('is executable and a POSIX shell script', () => {
    accessSync(LAUNCHER, constants.X_OK);
    expect(readFileSync(LAUNCHER, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
    if (existsSync('/bin/dash')) execFileSync('/bin/dash', ['-n', LAUNCHER]);
  });

  test.each(['ffmpeg', 'ffprobe'])('starts %s and hands its status on', tool => {
    expect(launch(`--tool=${tool}`, '--', '-version')).toMatchObject({ status: 0, stdout: expect.stringMatching(new RegExp(`^${tool} version`)) });
    const { status } = spawnSync(tool, ['-no-such-option']);
    expect(status).toBeGreaterThan(0);
    expect(launch(`--tool=${tool}`, '--', '-no-such-option').status).toBe(status);
  });

  test.each([
    [['--tool=ffplay', '--', '-version'], /must be ffmpeg or ffprobe, got 'ffplay'/],
    [['--tool=../ffmpeg', '--'], /must be ffmpeg or ffprobe/],
    [['--', '-version'], /missing --tool/],
    [['--tool=ffmpeg', '-version'], /unknown option '-version'/],
    [['--tool=ffmpeg'], /must end with --/],
    [['--tool=ffmpeg', '--cpu-seconds=1;id', '--'], /must be a whole number, got '1;id'/],
    [['--tool=ffmpeg', '--memory-bytes=', '--'], /must be a whole number/],
    [['--tool=ffmpeg', '--file-bytes=99999999999999999999', '--'], /must be a whole number/],
  ])('refuses %j', (args, message) => {
    expect(launch(...args)).toMatchObject({ status: 64, stderr: expect.stringMatching(message) });
  });

  test('keeps arguments as they are', () => {
    const { stderr } = launch('--tool=ffprobe', '--', '-v', 'error', '-i', "file:/nowhere/a b$(id)'\"*");
    expect(stderr).toContain("file:/nowhere/a b$(id)'\"*: No such file or directory");
  });

  test('ends a process that uses up its processor time', () => {
    const { status, signal, stderr } = launch('--tool=ffmpeg', '--cpu-seconds=1', '--', '-v', 'info', '-nostdin', '-f', 'lavfi', '-i', 'testsrc2=s=1920x1080', '-f', 'null', '-');
    expect(status === 255 ? stderr : signal).toMatch(/received signal 24|SIGXCPU|SIGKILL/);
  });

  const whereSupported = existsSync('/usr/bin/setpriv') ? test : test.skip;

  whereSupported('takes the tool along when its parent is killed', async () => {
    const parent = spawn(process.execPath, ['-e', `
      const child = require('node:child_process').spawn(${JSON.stringify(LAUNCHER)},
        ['--tool=ffmpeg', '--', '-nostdin', '-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2', '-f', 'null', '-'], { stdio: 'ignore' });
      setTimeout(() => console.log(child.pid), 500);
      setInterval(() => {}, 1000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise(resolve => parent.stdout.once('data', resolve)));
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).toContain('testsrc2');
    parent.kill('SIGKILL');
    await sleep(500);
    expect(existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'latin1') !== '').toBe(false);
  });
});
