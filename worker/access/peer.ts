/** What a host knows of the other end, and a request does not say. */
export interface Peer {
	/** The client's address, through the proxies the operator has named. */
	address?: string;
	/** The connection came from this machine itself: a browser here can be led to it by any site (DNS rebinding). */
	loopback?: boolean;
}
