/**
 * The API of the local daemon: one request per connection over a Unix socket, JSON lines, described in docs/cli.md. The server side uses Netty;
 * requests run on workers, never on the event loop. The client side uses the JDK alone, so that a command starts fast. The daemon implements
 * {@link org.vmcoupler.local.LocalService}; the command line uses {@link org.vmcoupler.local.LocalClient}.
 */
@NullMarked
package org.vmcoupler.local;

import org.jspecify.annotations.NullMarked;
