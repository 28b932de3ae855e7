# Ronde for Docker: the same set-up and the same start as on a plain machine, the database being elsewhere (db in docker-compose.yml).
FROM debian:trixie-slim

ENV LANG=C.UTF-8 \
    RONDE_VAR=/var/lib/ronde \
    RONDE_BIND=0.0.0.0:8000 \
    DATABASE_URL=postgis://ronde@db/ronde

WORKDIR /opt/ronde
COPY . .
RUN script/setup demo \
    && rm -rf ~/.cache ~/.npm /var/lib/apt/lists/* frontend/node_modules \
    && useradd --system --home-dir /var/lib/ronde ronde \
    && chown -R ronde:ronde /var/lib/ronde

USER ronde
VOLUME /var/lib/ronde
EXPOSE 8000
CMD ["script/serve"]
