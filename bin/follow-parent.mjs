/**
 * Preloaded into processes that must not outlive the one that started them: when the channel to the parent
 * closes, because the parent was killed with -9, this process is told to end as if by SIGTERM.
 */
if (process.channel) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 30_000).unref()
  })
  // Listening must not keep a process alive that has nothing else to do.
  process.channel.unref()
}
