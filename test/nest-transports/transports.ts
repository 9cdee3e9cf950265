/** The decorators of what Nest serves beside HTTP. A folder of its own, because Nest is installed anew for their packages. */
export { Mutation, Query, Resolver } from '@nestjs/graphql';
export { EventPattern, MessagePattern } from '@nestjs/microservices';
export { WsAdapter } from '@nestjs/platform-ws';
export { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
