import { createTelemetry } from '@mandate/opentelemetry';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  type DataPoint,
  type Histogram,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** Collects when it is asked, as a Prometheus server does. */
class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** What the SDK made of one data point: its value, or the count and sum of a histogram. */
export type Value = number | { readonly count: number; readonly sum: number | undefined };

/** Observers that report to the SDK, and what it received. */
export class Collected {
  readonly #reader = new OnDemandReader();
  readonly #spans = new InMemorySpanExporter();
  readonly telemetry;

  constructor(now?: () => number) {
    this.telemetry = createTelemetry({
      meterProvider: new MeterProvider({ readers: [this.#reader] }),
      tracerProvider: new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(this.#spans)],
      }),
      now,
    });
  }

  /** Each data point of a metric with its attributes as text: `{"mandate.code":"allowed"}`. */
  async read(metric: string): Promise<Readonly<Record<string, Value>>> {
    const { resourceMetrics } = await this.#reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = metrics.filter(({ descriptor }) => descriptor.name === metric);
    return Object.fromEntries(
      points.flatMap(({ dataPoints }) =>
        (dataPoints as DataPoint<number | Histogram>[]).map(({ attributes, value }) => [
          JSON.stringify(attributes),
          typeof value === 'number' ? value : { count: value.count, sum: value.sum },
        ]),
      ),
    );
  }

  /** What a Prometheus server would read. */
  async toPrometheus(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect();
    return new PrometheusSerializer().serialize(resourceMetrics);
  }

  spans() {
    return this.#spans.getFinishedSpans();
  }

  /** Everything that left the process. */
  async all(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect();
    const spans = this.spans().map(({ name, attributes, events, status }) => ({
      name,
      attributes,
      events,
      status,
    }));
    return JSON.stringify([resourceMetrics, spans]);
  }
}
