# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /casebot ./cmd/casebot

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /casebot /casebot
USER nonroot:nonroot
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["/casebot", "health", "--url", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["/casebot"]
CMD ["serve", "--config", "/etc/casebot/casebot.yaml"]
